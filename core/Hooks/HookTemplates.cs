using Stash.Core.Api;
using Stash.Core.Validation;

namespace Stash.Core.Hooks;

/// <summary>The texts of a hook that are templates: the arguments of <c>exec</c> and the body of <c>httpPost</c>, as in Stash.</summary>
public static class HookTemplates
{
    /// <summary>Each with its field.</summary>
    /// <param name="hook">The hook.</param>
    /// <param name="field">Where the hook stands.</param>
    public static IEnumerable<(FieldPath Field, string Text)> Texts(Hook hook, FieldPath field)
    {
        ArgumentNullException.ThrowIfNull(hook);
        var command = hook.Exec?.Command ?? [];
        for (var i = 0; i < command.Count; i++)
        {
            yield return (field["exec"]["command"][i], command[i]);
        }

        if (hook.HttpPost?.Body is { } body)
        {
            yield return (field["httpPost"]["body"], body);
        }
    }

    /// <summary>The hook with its texts rendered.</summary>
    /// <exception cref="FormatException">A text is no template; validation lets none through.</exception>
    public static Hook Render(Hook hook, HookSummary summary)
    {
        ArgumentNullException.ThrowIfNull(hook);
        ArgumentNullException.ThrowIfNull(summary);
        return hook with
        {
            Exec = hook.Exec is { } exec ? exec with { Command = exec.Command?.Select(text => Render(text, summary)).ToList() } : null,
            HttpPost = hook.HttpPost is { } post ? post with { Body = post.Body is { } body ? Render(body, summary) : null } : null,
        };
    }

    private static string Render(string text, HookSummary summary) =>
        SummaryTemplate.TryParse(text, out var template, out var fault) ? template.Render(summary) : throw new FormatException(fault);
}
