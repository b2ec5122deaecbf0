using System.CommandLine;
using Stash.Core.Api;
using Stash.Core.Injection;
using Stash.Core.Yaml;
using Stash.Runner.Input;
using Stash.Runner.Sync;

namespace Stash.Runner.Preview;

/// <summary>The verb <c>preview</c>.</summary>
internal static class PreviewCommand
{
    private static readonly Option<string[]> Files = InputOptions.Files();
    private static readonly Option<string> Namespace = InputOptions.Namespace();
    private static readonly Option<string> Image = InstallationOptions.Image();
    private static readonly Option<string?> PullPolicy = InstallationOptions.ImagePullPolicy();

    private static readonly Option<bool> Native = new("--native")
    {
        Description = "Sidecars as in a cluster of version 1.29 or later: init containers that are always restarted. The default.",
    };

    private static readonly Option<bool> Classic = new("--classic")
    {
        Description = "Sidecars as in an older cluster: ordinary containers.",
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("preview", """
            Shows what the webhook would make of the pods of each labelled workload, without a cluster.

            The pods go to standard output as YAML; warnings, and why a pod gets no sidecar, to standard error.
            Exit code 0: every pod gets its sidecar or needs none; 1: one is refused its sidecar, or nothing is labelled.

            Example:
              stash-runner preview -f backup/ -f workload.yaml
            """)
        {
            Files, Namespace, Image, PullPolicy, Native, Classic,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Native) && result.GetValue(Classic))
            {
                result.AddError("--native and --classic exclude each other.");
            }
        });
        command.SetAction(arguments => Run(
            ManifestFiles.Read(arguments.GetValue(Files)!, arguments.GetValue(Namespace)!, Console.In),
            new InjectionSettings
            {
                Image = arguments.GetValue(Image)!, ImagePullPolicy = arguments.GetValue(PullPolicy), NativeSidecars = !arguments.GetValue(Classic),
            },
            arguments.InvocationConfiguration.Output,
            arguments.InvocationConfiguration.Error));
        return command;
    }

    /// <summary>Prints the pods.</summary>
    public static int Run(Manifests manifests, InjectionSettings settings, TextWriter output, TextWriter error)
    {
        var refused = manifests.Faults.Count > 0;
        foreach (var fault in manifests.Faults)
        {
            error.WriteLine(fault);
        }

        var workloads = manifests.Objects.Where(one => WorkloadPod.IsWorkload(one) && WorkloadPod.IsLabelled(one)).ToList();
        if (workloads.Count == 0)
        {
            error.WriteLine($"no workload carries label {Labels.Config}: put it on spec.template.metadata.labels");
            return ExitCodes.Refused;
        }

        var separator = "";
        foreach (var workload in workloads)
        {
            var preview = PodPreview.Of(workload, manifests, settings);
            foreach (var line in preview.Messages)
            {
                error.WriteLine($"{workload.Title}: {line}");
            }

            refused |= preview.Refused;
            if (preview.Pod is { } pod)
            {
                output.Write($"{separator}{YamlJson.Write(pod).TrimEnd('\n')}\n");
                separator = "---\n";
            }
        }

        return refused ? ExitCodes.Refused : ExitCodes.Done;
    }
}
