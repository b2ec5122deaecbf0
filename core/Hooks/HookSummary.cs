using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.Hooks;

/// <summary>What a hook's templates may speak of: the session as it stands when the hook runs.</summary>
public sealed record HookSummary
{
    /// <summary>Name of the BackupSession.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its namespace.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>The config that is run.</summary>
    public InvokerReference Invoker { get; init; } = new();

    /// <summary>What is backed up.</summary>
    public TargetReference Target { get; init; } = new();

    /// <summary><c>Running</c> before the backup; <c>Succeeded</c> or <c>Failed</c> after it.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Time since the session was made, a Go duration such as <c>1m12s</c>.</summary>
    public string Duration { get; init; } = "";

    /// <summary>What went wrong; empty where nothing did.</summary>
    public string Error { get; init; } = "";

    /// <summary>How many sessions may follow should this one fail.</summary>
    public int RetryLeft { get; init; }

    /// <summary>As <c>toJson</c> writes it.</summary>
    internal JsonObject ToJson() => new()
    {
        ["name"] = Name,
        ["namespace"] = Namespace,
        ["invoker"] = InvokerJson(),
        ["target"] = TargetJson(),
        ["status"] = StatusJson(),
        ["retryLeft"] = RetryLeft,
    };

    /// <summary>The invoker as <c>toJson</c> writes it.</summary>
    internal JsonObject InvokerJson() => new()
    {
        ["apiGroup"] = Invoker.ApiGroup ?? "", ["kind"] = Invoker.Kind ?? "", ["name"] = Invoker.Name ?? "",
    };

    /// <summary>The target as <c>toJson</c> writes it.</summary>
    internal JsonObject TargetJson() => new()
    {
        ["apiVersion"] = Target.ApiVersion ?? "", ["kind"] = Target.Kind ?? "", ["name"] = Target.Name ?? "", ["namespace"] = Target.Namespace ?? Namespace,
    };

    /// <summary>The status as <c>toJson</c> writes it.</summary>
    internal JsonObject StatusJson() => new() { ["phase"] = Phase, ["duration"] = Duration, ["error"] = Error };
}
