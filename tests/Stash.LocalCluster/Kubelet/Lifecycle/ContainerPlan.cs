using System.Text.Json.Nodes;
using Stash.LocalCluster.Kubelet.Sandbox;
using Stash.LocalCluster.Kubelet.Volumes;

namespace Stash.LocalCluster.Kubelet.Lifecycle;

/// <summary>Makes a sandbox's plan from a container's spec.</summary>
internal static class ContainerPlan
{
    private const int LongestHostname = 63;

    /// <summary>The plan, or why the container cannot be made: the message of CreateContainerConfigError.</summary>
    public static (SandboxPlan? Plan, string? Fault) Make(PodContext context, JsonObject container, string terminationMessage)
    {
        var pod = context.Pod;
        var image = context.Options.Images.GetValueOrDefault(container.Text("image") ?? "") ?? new LocalImage();
        var (identity, refused) = Identity.Resolve(pod, container, image);
        if (identity is null)
        {
            return (null, refused);
        }

        var (environment, missing) = context.Environment.Resolve(pod, container, identity.User);
        if (environment is null)
        {
            return (null, missing);
        }

        var command = container.At("command") is JsonArray { Count: > 0 } stated
            ? [.. container.Texts("command"), .. container.Texts("args")]
            : image.Entrypoint.Concat(container.Texts("args")).ToList();
        if (command.Count == 0)
        {
            return (null, $"no command specified: image \"{container.Text("image")}\" has no entrypoint in LocalClusterOptions.Images");
        }

        try
        {
            var hostname = pod.Text("spec", "hostname") ?? pod.Name();
            return (new SandboxPlan
            {
                Hostname = hostname[..Math.Min(hostname.Length, LongestHostname)],
                Command = [.. command.Select(argument => ContainerEnvironment.Expand(argument, environment))],
                Environment = environment,
                WorkingDirectory = container.Text("workingDir") is { Length: > 0 } folder ? folder : "/",
                Identity = identity,
                Mounts =
                [
                    .. image.Files.Select(static file => new SandboxMount(file.Key, file.Value, ReadOnly: true)),
                    .. context.Volumes.MountsOf(container, environment),
                ],
                ReadOnlyRoot = container.Flag("securityContext", "readOnlyRootFilesystem"),
                TerminationMessage = new SandboxMount(
                    terminationMessage, container.Text("terminationMessagePath") ?? "/dev/termination-log", ReadOnly: false),
            }, null);
        }
        catch (VolumeFault fault)
        {
            return (null, fault.Message);
        }
    }
}
