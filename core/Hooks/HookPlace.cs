using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.Hooks;

/// <summary>Where a hook runs; pure.</summary>
public static class HookPlace
{
    /// <summary>The host that an HTTP or TCP handler names; null where it goes to each pod's own address.</summary>
    public static string? Host(Hook hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        return hook switch
        {
            { HttpPost: { } post } => Given(post.Host),
            { HttpGet: { } get } => Given(Text(get["host"])),
            { TcpSocket: { } socket } => Given(Text(socket["host"])),
            _ => null,
        };
    }

    /// <summary>The port of an HTTP or TCP handler; null for exec.</summary>
    public static JsonNode? Port(Hook hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        return hook.HttpPost?.Port ?? hook.HttpGet?["port"] ?? hook.TcpSocket?["port"];
    }

    /// <summary>Whether the hook runs once in the session; else once in every pod that is backed up.</summary>
    public static bool RunsOnce(Hook hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        return hook.Executor is not null || Host(hook) is not null;
    }

    /// <summary>Whether the hook cannot run without a pod of the target: to run in it, to ask it, or to read a port's number by its name.</summary>
    public static bool NeedsPod(Hook hook)
    {
        ArgumentNullException.ThrowIfNull(hook);
        return hook.Executor is null && (Host(hook) is null || Port(hook)?.GetValueKind() == JsonValueKind.String);
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
