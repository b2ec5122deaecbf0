using System.Text.Json.Nodes;

namespace Stash.Core.Injection;

/// <summary>A stable code with a sentence: log, metric label and warning share it.</summary>
/// <param name="Code">For example <c>config-not-found</c>; one of <see cref="SkipReasons"/>.</param>
/// <param name="Sentence">Under 120 characters; names the object and what to do.</param>
public sealed record InjectionSkip(string Code, string Sentence);

/// <summary>What is to become of a pod.</summary>
/// <param name="Patch">JSON Patch (RFC 6902); null when nothing is to change.</param>
/// <param name="Skip">Why nothing is to change; null with a patch.</param>
/// <param name="Warnings">For the user, each under 120 characters; the sentence of a skip is among them where the user can act on it.</param>
public sealed record InjectionOutcome(JsonArray? Patch, InjectionSkip? Skip, IReadOnlyList<string> Warnings)
{
    /// <summary>Nothing is to change.</summary>
    public static InjectionOutcome Skipped(InjectionSkip skip, IReadOnlyList<string>? warnings = null) =>
        new(null, skip, SkipReasons.Warns(skip.Code) ? [.. warnings ?? [], skip.Sentence] : warnings ?? []);
}
