using Stash.Core.Cron;
using Stash.Core.Signals;

namespace Stash.Core.Restic;

/// <summary>What makes a <see cref="SignalRequest"/> one that can be carried out; pure.</summary>
public static class RequestRules
{
    private const int LongestName = 253;

    /// <summary>The first fault as <c>field: sentence</c>, or null.</summary>
    public static string? Fault(SignalRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Session is not { Length: > 0 and <= LongestName } || !request.Session.All(IsNameCharacter) || request.Session[0] == '.')
        {
            return "session: must be the name of a BackupSession (lower-case letters, digits, '-' and '.')";
        }

        if (string.IsNullOrWhiteSpace(request.Repository))
        {
            return "repository: Required value: as restic's -r takes it";
        }

        if (Texts(request).Any(text => text is null || text.Contains('\0')))
        {
            return "request: must not have null or a NUL character in a list or in environment";
        }

        if (request.LockWait is { } wait && !IsDuration(wait))
        {
            return $"lockWait: \"{wait}\" is no Go duration; write for example 10m";
        }

        return request.Verb switch
        {
            SignalVerb.Backup => BackupFault(request.Backup),
            SignalVerb.Forget => ForgetFault(request.Forget),
            SignalVerb.Check => request.Check is null ? "check: Required value with verb check" : null,
            SignalVerb.Stats => null,
            _ => $"verb: \"{request.Verb}\" is not known; supported values: backup, forget, check, stats",
        };
    }

    /// <summary>How long to wait for live locks; zero by default.</summary>
    public static TimeSpan LockWait(SignalRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.LockWait is { } text && GoDuration.TryParse(text, out var wait, out _) ? wait : TimeSpan.Zero;
    }

    private static IEnumerable<string?> Texts(SignalRequest request) =>
    [
        request.Repository, .. request.GlobalArgs ?? [], .. request.Environment?.Keys ?? [], .. request.Environment?.Values ?? [],
        .. request.Backup?.Paths ?? [], .. request.Backup?.Tags ?? [], .. request.Backup?.Exclude ?? [], .. request.Backup?.Args ?? [],
        .. request.Forget?.Hosts ?? [], .. request.Forget?.Policy?.KeepTags ?? [],
    ];

    private static bool IsDuration(string text) => GoDuration.TryParse(text, out var wait, out _) && wait >= TimeSpan.Zero;

    private static bool IsNameCharacter(char c) => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '.';

    private static string? BackupFault(BackupOrder? order)
    {
        if (order is null)
        {
            return "backup: Required value with verb backup";
        }

        if (order.Paths is not { Count: > 0 })
        {
            return "backup.paths: Required value: name at least one path";
        }

        if (order.Paths.FirstOrDefault(path => path is null || !path.StartsWith('/') || path.Contains('\0')) is { } relative)
        {
            return $"backup.paths: \"{relative}\" must be an absolute path";
        }

        return string.IsNullOrWhiteSpace(order.Host)
            ? "backup.host: Required value: snapshots are grouped by it"
            : TagsFault(order.Tags);
    }

    private static string? TagsFault(IReadOnlyList<string>? tags) =>
        tags is not { Count: > 0 } ? "backup.tags: Required value: the config's tag and the session's"
        : tags.FirstOrDefault(tag => string.IsNullOrWhiteSpace(tag) || tag.Contains(',')) is { } tag ? $"backup.tags: \"{tag}\" must not be empty nor have a comma"
        : null;

    private static string? ForgetFault(ForgetOrder? order)
    {
        if (order is null)
        {
            return "forget: Required value with verb forget";
        }

        if (order.Hosts is not { Count: > 0 } || order.Hosts.Any(string.IsNullOrWhiteSpace))
        {
            return "forget.hosts: Required value: name each host whose snapshots are looked at";
        }

        if (string.IsNullOrWhiteSpace(order.Tag))
        {
            return "forget.tag: Required value: without it other configs' snapshots would be removed";
        }

        return order.Policy is null || !ResticClient.KeepsAnything(order.Policy)
            ? "forget.policy: Invalid value: keeps nothing, so that every snapshot would be removed; set at least one of keepLast, keepDaily and the like"
            : null;
    }
}
