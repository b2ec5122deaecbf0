namespace Stash.Core.Validation;

/// <summary>
/// <c>spec.target.args</c>: arguments for <c>restic backup</c>. Refused are those that would change which repository is written, whose
/// snapshot it is, how the result is read, or what is backed up behind the back of <c>spec.target.paths</c>. <c>--tag</c> is welcome: it adds.
/// </summary>
internal static class ResticArgumentRules
{
    private const string Place = "the Repository decides where snapshots go";
    private const string Password = "the password comes from the Repository's Secret";
    private const string Paths = "name what is backed up in spec.target.paths";
    private const string Identity = "retention groups snapshots by host and time; use spec.target.alias for another host";
    private const string Snapshot = "every session must leave a snapshot behind";

    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["--repo"] = Place, ["-r"] = Place, ["--repository-file"] = Place, ["--repository-version"] = Place,
        ["--password-file"] = Password, ["-p"] = Password, ["--password-command"] = Password, ["--insecure-no-password"] = Password,
        ["--key-hint"] = Password,
        ["--stdin"] = Paths, ["--stdin-filename"] = Paths, ["--stdin-from-command"] = Paths,
        ["--files-from"] = Paths, ["--files-from-verbatim"] = Paths, ["--files-from-raw"] = Paths,
        ["--host"] = Identity, ["-H"] = Identity, ["--hostname"] = Identity, ["--time"] = Identity,
        ["--dry-run"] = Snapshot, ["-n"] = Snapshot, ["--skip-if-unchanged"] = Snapshot,
        ["--json"] = "the sidecar sets it to read the result",
        ["--no-lock"] = "without a lock another's prune may remove what is being written",
        ["--cache-dir"] = "the sidecar sets it; see spec.tempDir",
        ["--help"] = Snapshot, ["-h"] = Snapshot,
    };

    private static readonly HashSet<string> TakesValue = new(StringComparer.Ordinal)
    {
        "--exclude", "-e", "--iexclude", "--exclude-file", "--iexclude-file", "--exclude-if-present", "--exclude-larger-than", "--tag", "--parent",
        "--read-concurrency", "--compression", "--pack-size", "--limit-upload", "--limit-download", "--option", "-o", "--cacert", "--tls-client-cert",
        "--group-by", "-g", "--retry-lock", "--stuck-request-timeout", "--http-user-agent",
    };

    public static void Check(IReadOnlyList<string> arguments, FieldPath field, Findings findings)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument.Length < 2 || argument[0] != '-' || argument == "--")
            {
                findings.Invalid(field[i], argument, $"is no option: {Paths}, and options of restic backup here");
            }
            else if (Find(argument) is { } option)
            {
                findings.Forbidden(field[i], $"restic's {option} may not be set: {Refused[option]}");
                i += NextIsItsValue(arguments, i) ? 1 : 0;
            }
            else if (TakesValue.Contains(argument))
            {
                CheckValue(arguments, i++, field, findings);
            }
        }
    }

    private static void CheckValue(IReadOnlyList<string> arguments, int i, FieldPath field, Findings findings)
    {
        if (i + 1 >= arguments.Count)
        {
            findings.Invalid(field[i], arguments[i], "misses its value: write it as the next argument");
        }
    }

    // What follows a refused option is most likely its value: one fault for both is enough.
    private static bool NextIsItsValue(IReadOnlyList<string> arguments, int i) =>
        !arguments[i].Contains('=') && i + 1 < arguments.Count && !arguments[i + 1].StartsWith('-');

    private static string? Find(string argument)
    {
        if (argument.StartsWith("--", StringComparison.Ordinal))
        {
            var name = argument.Split('=')[0];
            return Refused.ContainsKey(name) ? name : null;
        }

        foreach (var letter in argument.AsSpan(1))
        {
            var option = $"-{letter}";
            if (Refused.ContainsKey(option))
            {
                return option;
            }

            if (TakesValue.Contains(option))
            {
                return null;
            }
        }

        return null;
    }
}
