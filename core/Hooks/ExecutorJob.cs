using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.CronJobs;
using Stash.Core.Functions;

namespace Stash.Core.Hooks;

/// <summary>The Job of a hook with an executor: the Function's container, with the hook's command in place of its own; pure.</summary>
public static class ExecutorJob
{
    /// <summary>Name of the only container.</summary>
    public const string Container = "hook";

    /// <summary>Name of the Job: the same for each attempt of one session, so that a second one adopts it; no other's.</summary>
    /// <param name="session">The session, with its uid.</param>
    /// <param name="hook"><c>preBackup</c> or <c>postBackup</c>.</param>
    /// <param name="target">The target that the hook is of.</param>
    public static string Name(BackupSession session, string hook, TargetReference target)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(target);
        var seed = $"{session.Metadata.Uid}/{hook}/{target.ApiVersion}/{target.Kind}/{target.Namespace}/{target.Name}";
        return ObjectNames.OfSession("hook", session.Spec.Invoker?.Name ?? "", seed);
    }

    /// <summary>Builds batch/v1 Job: one pod, no second try, over when the hook's time is.</summary>
    /// <param name="name">See <see cref="Name"/>.</param>
    /// <param name="spec">The Function's spec, resolved.</param>
    /// <param name="hook">The hook, rendered.</param>
    /// <param name="config">The config.</param>
    /// <param name="session">The session, which owns the Job.</param>
    public static JsonObject Build(string name, FunctionSpec spec, Hook hook, BackupConfiguration config, BackupSession session)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(hook);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(session);
        return new JsonObject
        {
            ["apiVersion"] = "batch/v1",
            ["kind"] = "Job",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = session.Metadata.Namespace,
                ["labels"] = Ownership.LabelsFor(config),
                ["ownerReferences"] = new JsonArray(SessionJob.OwnedBy(session)),
            },
            ["spec"] = new JsonObject
            {
                ["backoffLimit"] = 0,
                ["activeDeadlineSeconds"] = (long)Math.Ceiling(HookTimeout.Of(hook).TotalSeconds),
                ["template"] = Template(spec, hook, config),
            },
        };
    }

    private static JsonObject Template(FunctionSpec function, Hook hook, BackupConfiguration config)
    {
        var pod = function.RuntimeSettings?.Pod;
        var container = FunctionContainer.Build(function with { Command = [.. (hook.Exec?.Command ?? []).Select(Literally)], Args = null }, Container);
        var spec = new JsonObject
        {
            ["restartPolicy"] = "Never",
            ["automountServiceAccountToken"] = !string.IsNullOrEmpty(pod?.ServiceAccountName),
            ["securityContext"] = FunctionContainer.PodSecurity(function),
            ["containers"] = new JsonArray(container),
            ["volumes"] = new JsonArray(),
        };
        if (!string.IsNullOrEmpty(pod?.ServiceAccountName))
        {
            spec["serviceAccountName"] = pod.ServiceAccountName;
        }

        foreach (var (field, value) in pod?.Rest ?? [])
        {
            PodOverlay.TakeOver(spec, field, value);
        }

        var labels = Copy(pod?.PodLabels);
        Overlay.Merge(labels, Ownership.LabelsFor(config));
        var metadata = new JsonObject { ["labels"] = labels };
        if (pod?.PodAnnotations is { Count: > 0 } annotations)
        {
            metadata["annotations"] = Copy(annotations);
        }

        return new JsonObject { ["metadata"] = metadata, ["spec"] = spec };
    }

    /// <summary>Kubernetes reads <c>$(NAME)</c> and <c>$$</c> in a container's command, but not in what is executed in a pod: a hook means the same in both.</summary>
    private static string Literally(string argument) => argument.Replace("$", "$$", StringComparison.Ordinal);

    private static JsonObject Copy(IReadOnlyDictionary<string, string>? map)
    {
        var copy = new JsonObject();
        foreach (var (key, value) in map ?? new Dictionary<string, string>())
        {
            copy[key] = value;
        }

        return copy;
    }
}
