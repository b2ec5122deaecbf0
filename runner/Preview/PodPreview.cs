using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Core.Injection;
using Stash.Core.Validation;
using Stash.Runner.Input;
using Stash.Runner.Run;

namespace Stash.Runner.Preview;

/// <summary>What becomes of one workload's pod.</summary>
/// <param name="Pod">The pod as it would be stored; null when it is refused its sidecar.</param>
/// <param name="Messages">Warnings, and why there is no sidecar.</param>
/// <param name="Refused">Whether something must be mended before the workload is backed up.</param>
internal sealed record PodPreview(JsonObject? Pod, IReadOnlyList<string> Messages, bool Refused)
{
    /// <summary>Decides as the webhook does; pure.</summary>
    public static PodPreview Of(ManifestObject workload, Manifests manifests, InjectionSettings settings)
    {
        var pod = WorkloadPod.Make(workload);
        if (pod.Text("metadata", "labels", Labels.Config) is not { } name)
        {
            return new PodPreview(
                null, [$"label {Labels.Config} stands on the {workload.Kind} only: put it on spec.template.metadata.labels, where its pods get it"], true);
        }

        var outcome = Injector.Decide(Request(workload.Kind == "DaemonSet" ? OnANode(pod) : pod, workload, name, manifests, settings));
        var warnings = outcome.Warnings.Select(warning => $"warning: {warning}");
        if (outcome.Skip is { } skip)
        {
            var refused = SkipReasons.Warns(skip.Code);
            return new PodPreview(
                refused ? null : pod,
                [.. warnings.Where(warning => !warning.Contains(skip.Sentence, StringComparison.Ordinal)), $"no sidecar: {skip.Code}: {skip.Sentence}"],
                refused);
        }

        return new PodPreview(outcome.Patch is { } patch ? PatchedPod.Apply(pod, patch) : pod, [.. warnings], false);
    }

    /// <summary>A DaemonSet's pod is made for a node, whose name is known only in the cluster.</summary>
    private static JsonObject OnANode(JsonObject pod)
    {
        var placed = pod.DeepClone().AsObject();
        if (placed["spec"] is JsonObject spec)
        {
            spec["nodeName"] ??= "NODE";
        }

        return placed;
    }

    private static InjectionRequest Request(JsonObject pod, ManifestObject workload, string name, Manifests manifests, InjectionSettings settings)
    {
        var ns = workload.Namespace;
        var found = new[] { BackupConfiguration.KindName, BackupBatch.KindName }
            .Select(kind => manifests.OfStash(kind).FirstOrDefault(one => one.Namespace == ns && one.Name == name)).FirstOrDefault(one => one is not null);
        var (invoker, faults) = found is null ? (null, null) : Invoker.Read(found.Json);
        // By the workload itself: the names of what stands between it and its pods are known only in the cluster.
        var config = invoker?.Batch is { } batch ? PodMember.Find(batch, workload.Kind, workload.Name) : invoker?.Whole;
        var reference = config?.Spec.Repositories is [{ } first, ..] ? first : null;
        return new InjectionRequest
        {
            Pod = pod,
            Namespace = ns,
            Config = config,
            Batch = invoker?.Batch,
            ConfigFaults = invoker?.Validate(new ConfigSurroundings()) ?? (faults is null ? null : new ValidationResult(faults, [])),
            Repository = reference is null ? null : manifests.Repositories().FirstOrDefault(repository =>
                repository.Metadata.Name == reference.Name && repository.Metadata.Namespace == (reference.Namespace is { Length: > 0 } other ? other : ns)),
            Function = config?.Spec.Target?.Sidecar is { } call ? manifests.Functions().FirstOrDefault(one => one.Metadata.Name == call.FunctionName) : null,
            Settings = settings,
        };
    }
}
