namespace Stash.Core.Hooks;

/// <summary>A template cannot be read; does not leave <see cref="SummaryTemplate"/>.</summary>
/// <param name="at">Where, from 0.</param>
/// <param name="message">What is wrong.</param>
internal sealed class TemplateException(int at, string message) : Exception(message)
{
    /// <summary>Where, from 0.</summary>
    public int At { get; } = at;
}
