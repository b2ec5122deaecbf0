using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.Injection;

/// <summary>What is legal in an injection but may end in a failed or short backup.</summary>
internal static class InjectionWarnings
{
    /// <summary>Adds those that apply.</summary>
    public static void Add(
        List<string> warnings, InjectionRequest request, PodView pod, TargetMounts target, SidecarVolumes volumes, JsonObject? overrides)
    {
        var podContext = pod.Spec.Object("securityContext");
        if (SidecarSecurity.User(pod, target.Container, overrides) is null && podContext.Number("fsGroup") is null)
        {
            warnings.Add("neither runAsUser nor fsGroup is set: the backup sidecar may not read all of the application's files");
        }

        if (request.Repository!.Metadata.Namespace is { Length: > 0 } home && home != request.Namespace)
        {
            warnings.Add("the Repository is of another namespace: its storage Secret must be copied to the pod's namespace");
        }

        if (request.Repository.Spec.Backend?.Local?.VolumeSource.Object("emptyDir") is not null)
        {
            warnings.Add("the Repository is on an emptyDir: its backups end with the pod");
        }

        if (request.Repository.Spec.Backend?.Local is { } local && BacksUpItself(target, volumes, local))
        {
            warnings.Add("the Repository lies in a volume that is backed up: put its folder into target.exclude");
        }
    }

    private static bool BacksUpItself(TargetMounts target, SidecarVolumes volumes, LocalBackend local)
    {
        var volume = volumes.Mounts.First(mount => mount.Text("mountPath") == local.MountPath).Text("name");
        return target.Mounts.Any(mount => mount.Text("name") == volume && MountPaths.Holds(mount.Text("subPath") ?? "", local.SubPath ?? ""));
    }
}
