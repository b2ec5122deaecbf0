using System.Text.Json.Nodes;

namespace Stash.Core.Injection;

/// <summary>What is legal in an injection but may end in a failed or short backup.</summary>
internal static class InjectionWarnings
{
    /// <summary>Adds those that apply.</summary>
    public static void Add(List<string> warnings, InjectionRequest request, PodView pod, JsonObject target)
    {
        var overrides = request.Config!.Spec.RuntimeSettings?.Container?.SecurityContext;
        var podContext = pod.Spec.Object("securityContext");
        if (SidecarSecurity.User(pod, target, overrides) is null && podContext.Number("fsGroup") is null)
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
    }
}
