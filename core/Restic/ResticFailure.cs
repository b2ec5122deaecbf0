namespace Stash.Core.Restic;

/// <summary>What a run of restic that did not end with 0 means; pure.</summary>
/// <param name="Outcome">One of <see cref="Signals.Outcome"/>.</param>
/// <param name="Message">A sentence, with restic's own last words; not yet scrubbed.</param>
/// <param name="Retryable">Whether another attempt may end otherwise without anybody's doing.</param>
public sealed record ResticFailure(string Outcome, string Message, bool Retryable)
{
    private const int LongestWords = 700;

    private static readonly string[] NotFound =
    [
        "repository does not exist", "config: no such file or directory", "the specified key does not exist", "the specified bucket does not exist",
        "storage: object doesn't exist", "storage: bucket doesn't exist", "blobnotfound", "containernotfound", "object not found",
        "<config/> does not exist", "b2_download_file_by_name: 404",
    ];

    private static readonly string[] Full =
        ["no space left on device", "disk quota exceeded", "file too large", "storagefull", "insufficient storage", "quota exceeded", "cap_exceeded"];

    private static readonly string[] Damaged =
    [
        "repository contains errors", "ciphertext verification failed", "is damaged", "repository could be damaged", "hash does not match",
        "invalid data returned", "file is too short", "not found in repository", "failed integrity checks", "unmarshal: unexpected end of json", "panic: ",
    ];

    private static readonly string[] Refused =
    [
        "access denied", "accessdenied", "permission denied", "invalidaccesskeyid", "signaturedoesnotmatch", "no credentials found", "unauthorized",
        "forbidden", "authenticationfailed", "read-only file system", "x509:", "authorization failure", "bucket name", "unsupported protocol scheme",
    ];

    private static readonly string[] Unreachable =
    [
        "connection refused", "no such host", "i/o timeout", "network is unreachable", "no route to host", "connection reset", "tls handshake",
        "context deadline exceeded", "server misbehaving", "unexpected eof", "502 ", "503 ", "504 ", "slowdown", "stale file handle",
        "transport endpoint is not connected", "input/output error", "unable to open repository", "unable to open config file",
    ];

    /// <summary>Classifies by exit code (restic's manual, "Exit codes") and, for versions before 0.17 that know only 1, by text.</summary>
    /// <param name="code">Exit code; 128 and the signal's number where a signal ended it.</param>
    /// <param name="words">The last lines that restic wrote.</param>
    /// <param name="exitError">restic's own last word; null before 0.17.</param>
    public static ResticFailure Classify(int code, IReadOnlyList<string> words, string? exitError)
    {
        var text = exitError is null ? string.Join('\n', words) : string.Join('\n', [.. words, exitError]);
        var said = LastWords(words, exitError);
        return code switch
        {
            10 => RepositoryNotFound(said),
            11 => Locked(said),
            12 => WrongPassword(said),
            130 => Interrupted(),
            > 128 and < 193 => Killed(code - 128),
            _ => ByText(code, text, said),
        };
    }

    /// <summary>restic was asked to end.</summary>
    public static ResticFailure Interrupted() =>
        new(Signals.Outcome.Interrupted, "restic was interrupted before it was done; nothing was saved.", Retryable: true);

    private static ResticFailure ByText(int code, string text, string said)
    {
        bool Says(params ReadOnlySpan<string> needles)
        {
            foreach (var needle in needles)
            {
                if (text.Contains(needle, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }

            return false;
        }

        return true switch
        {
            _ when Says("wrong password or no key found") => WrongPassword(said),
            _ when Says("already locked", "unable to create lock in backend: repository is") => Locked(said),
            _ when Says(Full) => new(
                Signals.Outcome.StorageFull, $"No space is left where the repository is. Make room or apply retention. restic: {said}", Retryable: false),
            _ when Says("directories/files do not exist", "nothing to backup") => new(
                Signals.Outcome.PathsMissing, $"None of the paths to back up exists in the container. Check spec.target.paths. restic: {said}", Retryable: false),
            _ when Says(NotFound) => RepositoryNotFound(said),
            _ when Says(Damaged) => new(
                Signals.Outcome.RepositoryDamaged,
                $"The repository is damaged. Run `restic check` and follow restic's troubleshooting guide. restic: {said}", Retryable: false),
            _ when Says(Refused) => new(
                Signals.Outcome.BackendUnavailable,
                $"The place of the repository refuses us. Check the Secret's keys and the rights they carry. restic: {said}", Retryable: false),
            _ when Says(Unreachable) => new(
                Signals.Outcome.BackendUnavailable, $"The place of the repository cannot be reached. restic: {said}", Retryable: true),
            _ => new(Signals.Outcome.Failed, $"restic ended with exit code {code}: {said}", Retryable: false),
        };
    }

    private static ResticFailure RepositoryNotFound(string said) => new(
        Signals.Outcome.RepositoryNotFound,
        $"There is no repository at the place that the Repository names; it is not made anew where a backup was before. restic: {said}", Retryable: false);

    private static ResticFailure Locked(string said) => new(
        Signals.Outcome.RepositoryLocked, $"Another holds a live lock on the repository. restic: {said}", Retryable: true);

    private static ResticFailure WrongPassword(string said) => new(
        Signals.Outcome.WrongPassword,
        $"The password in the Secret's key {RepositorySecret.Password} does not open the repository. Put the one back that it was made with. restic: {said}",
        Retryable: false);

    private static ResticFailure Killed(int signal) => new(
        Signals.Outcome.ResticKilled,
        signal == 9
            ? "restic was killed (signal 9): out of memory is the usual reason. Raise the sidecar's memory limit or set GOGC=20."
            : $"restic was ended by signal {signal}.",
        Retryable: true);

    private static string LastWords(IReadOnlyList<string> words, string? exitError)
    {
        var lines = exitError is null ? words.TakeLast(4) : [exitError];
        var text = string.Join(' ', lines.SelectMany(line => line.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));
        text = text.Length == 0 ? "(it said nothing)" : text;
        return text.Length <= LongestWords ? text : text[..LongestWords] + "...";
    }
}
