using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Functions;
using Stash.Core.Restic;
using Stash.Core.Validation;

namespace Stash.Core.Injection;

/// <summary>The Function that <c>target.sidecar</c> names, resolved for one pod.</summary>
/// <param name="Spec">Its spec; variables stand in <c>spec.sidecar</c> alone.</param>
/// <param name="Mounts">Its mounts, as they stand.</param>
internal sealed record CustomSidecar(FunctionSpec Spec, IReadOnlyList<JsonObject> Mounts)
{
    /// <summary>Resolves it.</summary>
    /// <returns>The sidecar; or the skip that says why it cannot be made; neither where the pre-defined one is asked for.</returns>
    public static (CustomSidecar? Found, InjectionSkip? Skip) Find(PodView pod, InjectionRequest request)
    {
        if (request.Config!.Spec.Target!.Sidecar is not { } call)
        {
            return (null, null);
        }

        var (function, name) = (request.Function!, call.FunctionName!);
        if (FunctionValidator.Validate(function) is { IsValid: false } verdict)
        {
            return (null, Unusable(name, verdict.Faults[0]));
        }

        var resolution = FunctionResolver.Resolve(function, Known(pod, request).With(call.Params));
        if (resolution.Spec is not { } spec)
        {
            return (null, Unusable(name, resolution.Faults[0]));
        }

        JsonObject[] mounts = [.. (spec.VolumeMounts ?? []).OfType<JsonObject>()];
        var volumes = pod.Volumes.Select(volume => volume.Text("name")).Concat(SidecarVolumes.Names).ToHashSet(StringComparer.Ordinal);
        var missing = mounts.Select(mount => mount.Text("name") ?? "").FirstOrDefault(volume => !volumes.Contains(volume));
        return missing is null
            ? (new CustomSidecar(spec, mounts), null)
            : (null, SkipReasons.FunctionVolumeMissing.For(missing, name));
    }

    /// <summary>Whether the Function has a mount of its own where one of the target's would be.</summary>
    public bool Mounted(JsonObject targets) => Mounts.Any(own =>
        own.Text("name") == targets.Text("name") && MountPaths.Same(own.Text("mountPath") ?? "", targets.Text("mountPath") ?? ""));

    /// <summary>Whether a path is on one of the Function's own mounts.</summary>
    public bool Holds(string path) => Mounts.Any(own => own.Text("mountPath") is { } folder && MountPaths.Holds(folder, path));

    private static IReadOnlyDictionary<string, string> Known(PodView pod, InjectionRequest request)
    {
        var (config, repository) = (request.Config!, request.Repository!);
        var home = config.Spec.Repositories![0].Namespace is { Length: > 0 } other ? other : request.Namespace;
        var variables = Variables.Of(
            config with { Metadata = config.Metadata with { Namespace = request.Namespace } },
            repository with { Metadata = repository.Metadata with { Namespace = home } });
        var target = config.Spec.Target!;
        return HostNames.Of(target.Ref?.Kind ?? "", pod.Metadata.Text("name"), Node(pod), target.Alias) is { } host
            ? variables.With(Variables.Hostname, host)
            : variables;
    }

    // A DaemonSet's controller names the node in an affinity, and leaves spec.nodeName to the scheduler.
    private static string? Node(PodView pod) => pod.Spec.Text("nodeName") ?? pod.Spec.Object("affinity").Object("nodeAffinity")
        .Object("requiredDuringSchedulingIgnoredDuringExecution").Objects("nodeSelectorTerms").SelectMany(term => term.Objects("matchFields"))
        .Where(field => field.Text("key") == "metadata.name" && field.Text("operator") == "In")
        .Select(field => field.Texts("values").FirstOrDefault()).FirstOrDefault();

    private static InjectionSkip Unusable(string name, Fault fault) => SkipReasons.FunctionUnusable.For(name, $"{fault.Field}: {fault.Detail}");
}
