using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Stash.Core.Api;
using Stash.Core.Restic;
using Stash.Core.Signals;
using Stash.Core.Tasks;

namespace Stash.Runner.Perform;

/// <summary>The options of <c>perform</c> that change what the session's order says; null or empty leaves it.</summary>
internal sealed record PerformOptions
{
    /// <summary>The restic repository.</summary>
    public string? Repository { get; init; }

    /// <summary>Name of the BackupSession.</summary>
    public string? Session { get; init; }

    /// <summary>restic's host name.</summary>
    public string? Host { get; init; }

    /// <summary>Tags, separated by commas.</summary>
    public string? Tags { get; init; }

    /// <summary>Paths, separated by commas.</summary>
    public string? Paths { get; init; }

    /// <summary>The path where <see cref="Paths"/> names none.</summary>
    public string? Mount { get; init; }

    /// <summary>Patterns of what is left out, separated by commas.</summary>
    public string? Exclude { get; init; }

    /// <summary>More arguments for restic, separated by commas.</summary>
    public string? Args { get; init; }

    /// <summary><c>false</c> runs restic without its cache.</summary>
    public string? EnableCache { get; init; }
}

/// <summary>Makes the request that <c>perform</c> carries out from the Job's order and its own options; pure.</summary>
internal static class PerformOrder
{
    private const string NoCache = "--no-cache";

    /// <summary>Makes it.</summary>
    /// <param name="verb">One of <see cref="SignalVerb"/>, or <c>restore</c>.</param>
    /// <param name="order">Value of <see cref="TaskNames.OrderVariable"/>; null outside a Task's Job.</param>
    /// <param name="options">The options.</param>
    /// <param name="request">The request; null when there is a fault.</param>
    /// <param name="fault">What is missing or wrong, and which option mends it.</param>
    public static bool TryMake(
        string verb, string? order, PerformOptions options, [NotNullWhen(true)] out SignalRequest? request, [NotNullWhen(false)] out string? fault)
    {
        (request, fault) = (null, null);
        SignalRequest? given;
        try
        {
            given = string.IsNullOrEmpty(order) ? null : JsonSerializer.Deserialize(order, StashJson.Default.SignalRequest);
        }
        catch (JsonException wrong)
        {
            fault = $"{TaskNames.OrderVariable} is not the order of a session: {wrong.Message}";
            return false;
        }

        if ((Given(options.Repository) ?? given?.Repository) is not { Length: > 0 } repository)
        {
            fault = $"--repository is required where {TaskNames.OrderVariable} is not set: as restic's -r takes it, in a Function ${{REPOSITORY_URL}}";
            return false;
        }

        if (verb is SignalVerb.Forget or SignalVerb.Stats && given?.Verb != verb)
        {
            fault = $"{verb} is what a session orders in {TaskNames.OrderVariable}; it is not set to such an order";
            return false;
        }

        // Where another repository is named, what the order knows of its own does not hold.
        var same = given is not null && repository == given.Repository;
        var session = Given(options.Session) ?? given?.Session ?? verb;
        var arguments = same ? given!.GlobalArgs ?? [] : [];
        request = (same ? given! : new SignalRequest { Session = session, Verb = verb, Repository = repository, Deadline = given?.Deadline, LockWait = given?.LockWait }) with
        {
            Session = session,
            Verb = verb,
            Repository = repository,
            GlobalArgs = options.EnableCache == "false" && !arguments.Contains(NoCache, StringComparer.Ordinal) ? [.. arguments, NoCache] : arguments,
            Backup = verb == SignalVerb.Backup ? Backup(given?.Backup, options, session, same) : null,
            Forget = verb == SignalVerb.Forget ? given?.Forget : null,
            Check = null,
        };
        return true;
    }

    /// <summary>A list in one option: separated by commas, as the variables of Functions hold lists.</summary>
    public static IReadOnlyList<string>? List(string? text) => Given(text)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static BackupOrder Backup(BackupOrder? given, PerformOptions options, string session, bool same)
    {
        var mount = Given(options.Mount);
        IReadOnlyList<string> paths = List(options.Paths) ?? (given?.Paths is { Count: > 0 } ordered ? ordered : mount is null ? [] : [mount]);
        return new BackupOrder
        {
            Paths = paths,
            Host = Given(options.Host) ?? given?.Host ?? "host-0",
            Tags = List(options.Tags) is { } tags ? [.. tags.Append(SnapshotTags.OfSession(session)).Distinct(StringComparer.Ordinal)] : given?.Tags ?? [],
            Exclude = List(options.Exclude) ?? given?.Exclude,
            Args = List(options.Args) ?? given?.Args,
            MayInitialize = same && given?.MayInitialize == true,
        };
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
