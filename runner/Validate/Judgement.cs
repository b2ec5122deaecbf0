namespace Stash.Runner.Validate;

/// <summary>What is said about one object.</summary>
/// <param name="Faults">What forbids it, each with its field's path.</param>
/// <param name="Warnings">Legal but risky.</param>
/// <param name="Skipped">Why it was not judged; null when it was.</param>
internal sealed record Judgement(IReadOnlyList<string> Faults, IReadOnlyList<string> Warnings, string? Skipped = null)
{
    /// <summary>Not a kind that is judged here.</summary>
    public static Judgement NotJudged(string why) => new([], [], why);
}
