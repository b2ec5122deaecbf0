using System.CommandLine;
using Stash.Core.Api;
using Stash.Core.CronJobs;
using Stash.Core.Yaml;
using Stash.Runner.Input;
using Stash.Runner.Sync;

namespace Stash.Runner.Render;

/// <summary>The verb <c>render</c>.</summary>
internal static class RenderCommand
{
    private static readonly Option<string[]> Files = InputOptions.Files();
    private static readonly Option<string> Namespace = InputOptions.Namespace();
    private static readonly Option<string> Image = InstallationOptions.Image();
    private static readonly Option<string?> PullPolicy = InstallationOptions.ImagePullPolicy();
    private static readonly Option<string> RunClusterRole = InstallationOptions.RunClusterRole();

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("render", """
            Prints what sync would apply for the given BackupConfigurations, BackupBatches and Repositories, as YAML, without a cluster.

            Commit it, and sync finds nothing to do but to add the owner reference: the BackupConfiguration's uid is known only in the
            cluster. Give the options that the installed sync is given. Faults go to standard error.
            A ResourceList on standard input (-f -) makes it a KRM function: it answers with the list, what it rendered, and results.
            Exit code 0: everything was rendered; 1: a config is invalid or its Repository is not among the given objects.

            Example:
              stash-runner render -f backup/ --image registry.example/stash-runner:1.0.0 > cronjobs.yaml
            """)
        {
            Files, Namespace, Image, PullPolicy, RunClusterRole,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        var (files, ns) = (arguments.GetValue(Files)!, arguments.GetValue(Namespace)!);
        var settings = InstallationOptions.Settings(arguments.GetValue(Image)!, arguments.GetValue(PullPolicy), arguments.GetValue(RunClusterRole)!);
        var (output, error) = (arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error);
        if (files is not ["-"])
        {
            return Run(ManifestFiles.Read(files, ns, Console.In), settings, output, error);
        }

        var text = Console.In.ReadToEnd();
        return ResourceListFunction.Find(text) is { } list
            ? ResourceListFunction.Run(list, ns, settings, output, error)
            : Run(ManifestFiles.Read(files, ns, new StringReader(text)), settings, output, error);
    }

    /// <summary>Prints the plan's objects.</summary>
    public static int Run(Manifests manifests, CronJobSettings settings, TextWriter output, TextWriter error)
    {
        var refused = manifests.Faults.Count > 0;
        foreach (var fault in manifests.Faults)
        {
            error.WriteLine(fault);
        }

        var plans = RenderPlan.Of(manifests, settings);
        foreach (var plan in plans.Where(plan => plan.Trouble is not null))
        {
            var source = manifests.Find(plan.Kind, plan.Namespace, plan.Name);
            error.WriteLine($"{source?.Title}: {plan.Trouble}");
            refused = true;
        }

        output.Write(string.Join("---\n", plans.SelectMany(plan => plan.Apply).Select(planned => Document(planned.Body))));
        return refused ? ExitCodes.Refused : ExitCodes.Done;
    }

    private static string Document(System.Text.Json.Nodes.JsonObject body)
    {
        var text = YamlJson.Write(body);
        return text.EndsWith('\n') ? text : text + "\n";
    }
}
