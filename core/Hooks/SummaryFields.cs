namespace Stash.Core.Hooks;

/// <summary>What an expression of a template gives.</summary>
internal enum ValueKind
{
    /// <summary>A string.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Truth,

    /// <summary>A part of the summary that has fields of its own.</summary>
    Object,

    /// <summary>One of the first three; which one shows at run time.</summary>
    Any,
}

/// <summary>A field of the summary, by its name in templates.</summary>
/// <param name="Name">With its dots: <c>.Status.Phase</c>; <c>.</c> is the summary itself.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Read">Reads it: a string, a long, or a JsonObject.</param>
internal sealed record SummaryField(string Name, ValueKind Kind, Func<HookSummary, object> Read)
{
    /// <summary>Every field, by name.</summary>
    public static readonly IReadOnlyDictionary<string, SummaryField> All = new SummaryField[]
    {
        new(".", ValueKind.Object, s => s.ToJson()),
        new(".Name", ValueKind.Text, s => s.Name),
        new(".Namespace", ValueKind.Text, s => s.Namespace),
        new(".Invoker", ValueKind.Object, s => s.InvokerJson()),
        new(".Invoker.APIGroup", ValueKind.Text, s => s.Invoker.ApiGroup ?? ""),
        new(".Invoker.Kind", ValueKind.Text, s => s.Invoker.Kind ?? ""),
        new(".Invoker.Name", ValueKind.Text, s => s.Invoker.Name ?? ""),
        new(".Target", ValueKind.Object, s => s.TargetJson()),
        new(".Target.APIVersion", ValueKind.Text, s => s.Target.ApiVersion ?? ""),
        new(".Target.Kind", ValueKind.Text, s => s.Target.Kind ?? ""),
        new(".Target.Name", ValueKind.Text, s => s.Target.Name ?? ""),
        new(".Target.Namespace", ValueKind.Text, s => s.Target.Namespace ?? s.Namespace),
        new(".Status", ValueKind.Object, s => s.StatusJson()),
        new(".Status.Phase", ValueKind.Text, s => s.Phase),
        new(".Status.Duration", ValueKind.Text, s => s.Duration),
        new(".Status.Error", ValueKind.Text, s => s.Error),
        new(".RetryLeft", ValueKind.Number, s => (long)s.RetryLeft),
    }.ToDictionary(field => field.Name, StringComparer.Ordinal);
}
