using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.Injection;

/// <summary>Decides whether and how a pod gets its sidecar; pure, knows nothing of HTTP.</summary>
public static class Injector
{
    /// <summary>The name of the config that a pod's label names; null when the pod did not opt in.</summary>
    public static string? ConfigName(JsonObject pod) =>
        pod.Object("metadata").Object("labels").Text(Labels.Config) is { Length: > 0 } name ? name : null;

    /// <summary>Why a pod is left as it is whatever its label names; null when what it names must be looked up.</summary>
    public static InjectionSkip? SkipUnseen(JsonObject pod)
    {
        if (ConfigName(pod) is null)
        {
            return SkipReasons.NoLabel.For();
        }

        if (PodView.Read(pod, out var fault) is not { } view)
        {
            return SkipReasons.PodMalformed.For(fault);
        }

        if (view.Annotation("kubernetes.io/config.mirror") is not null)
        {
            return SkipReasons.MirrorPod.For();
        }

        if (view.Spec.Object("os").Text("name") == "windows")
        {
            return SkipReasons.WindowsPod.For();
        }

        return NameSkip(view);
    }

    /// <summary>Decides.</summary>
    public static InjectionOutcome Decide(InjectionRequest request)
    {
        var outcome = Judge(request);
        return outcome.Skip is not { } skip || request.Batch is null ? outcome : InjectionOutcome.Skipped(
            skip with { Sentence = skip.Sentence.Replace(BackupConfiguration.KindName, BackupBatch.KindName, StringComparison.Ordinal) },
            [.. outcome.Warnings.Where(warning => warning != skip.Sentence)]);
    }

    private static InjectionOutcome Judge(InjectionRequest request)
    {
        if (SkipUnseen(request.Pod) is { } unseen)
        {
            return InjectionOutcome.Skipped(unseen);
        }

        var pod = PodView.Read(request.Pod, out _)!;
        var name = ConfigName(request.Pod)!;
        if (ConfigRefusals.Find(request, name) is { } refusal)
        {
            return InjectionOutcome.Skipped(refusal);
        }

        var warnings = new List<string>();
        var native = IsNative(pod, request.Settings, warnings);
        if (!native && pod.RunsToCompletion)
        {
            return InjectionOutcome.Skipped(SkipReasons.JobWithoutNative.For(), warnings);
        }

        var (custom, functionSkip) = CustomSidecar.Find(pod, request);
        if (functionSkip is not null)
        {
            return InjectionOutcome.Skipped(functionSkip, warnings);
        }

        var (target, mountSkip) = TargetMounts.Find(pod, name, request.Config!.Spec.Target!, custom);
        if (target is null)
        {
            return InjectionOutcome.Skipped(mountSkip!, warnings);
        }

        var volumes = SidecarVolumes.For(pod, request.Repository!.Spec.Backend!, request.Config.Spec.TempDir);
        if (MountConflicts.Find(custom?.Mounts ?? [], target.Mounts, volumes.Mounts) is { } conflict)
        {
            return InjectionOutcome.Skipped(conflict, warnings);
        }

        var (environment, missing) = SidecarEnvironment.ForMounts(target.Container, target.Mounts);
        if (missing is var (mount, variable))
        {
            return InjectionOutcome.Skipped(SkipReasons.SubPathUnresolved.For(mount, variable, target.Container.Text("name")!), warnings);
        }

        var wishes = SidecarWishes.Merge(custom?.Spec.RuntimeSettings?.Container, request.Config.Spec.RuntimeSettings?.Container);
        InjectionWarnings.Add(warnings, request, pod, target, volumes, wishes?.SecurityContext);
        JsonObject[] mounts = [.. (custom?.Mounts ?? []).Select(mount => mount.DeepClone().AsObject()), .. target.Mounts, .. volumes.Mounts];
        var sidecar = SidecarContainer.Build(pod, target.Container, mounts, environment, wishes, request.Settings, native, custom?.Spec);
        return new InjectionOutcome(Patch(pod, sidecar, volumes, native, name, target.Container), null, warnings);
    }

    // Last among the init containers: what the application prepares in its own comes first and waits for no image of ours. Backups
    // need the sidecar only once the application runs.
    private static JsonArray Patch(PodView pod, JsonObject sidecar, SidecarVolumes volumes, bool native, string config, JsonObject target)
    {
        var patch = new PodPatch(pod);
        patch.Append("volumes", volumes.Added);
        patch.Append(native ? "initContainers" : "containers", [sidecar]);
        patch.Annotate(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Annotations.InjectedFor] = config,
            [Annotations.TargetContainer] = target.Text("name")!,
        });
        return patch.Operations;
    }

    private static InjectionSkip? NameSkip(PodView pod)
    {
        if (pod.Containers.Concat(pod.InitContainers).Any(container => container.Text("name") == SidecarNames.Container))
        {
            return pod.Annotation(Annotations.InjectedFor) is null
                ? SkipReasons.NameTaken.For("container", SidecarNames.Container)
                : SkipReasons.AlreadyInjected.For();
        }

        var volume = pod.Volumes.Select(one => one.Text("name")!).FirstOrDefault(name => SidecarVolumes.Names.Contains(name, StringComparer.Ordinal));
        return volume is null ? null : SkipReasons.NameTaken.For("volume", volume);
    }

    private static bool IsNative(PodView pod, InjectionSettings settings, List<string> warnings)
    {
        switch (pod.Annotation(Annotations.Sidecar))
        {
            case null:
                return settings.NativeSidecars;
            case "native":
                return true;
            case "classic":
                return false;
            default:
                warnings.Add($"annotation {Annotations.Sidecar} must be native or classic: the default is used");
                return settings.NativeSidecars;
        }
    }
}
