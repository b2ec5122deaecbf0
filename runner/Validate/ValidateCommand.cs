using System.CommandLine;
using Stash.Runner.Input;

namespace Stash.Runner.Validate;

/// <summary>The verb <c>validate</c>.</summary>
internal static class ValidateCommand
{
    private static readonly Option<string[]> Files = InputOptions.Files();
    private static readonly Option<string> Namespace = InputOptions.Namespace();

    private static readonly Option<bool> AllowMissing = new("--allow-missing")
    {
        Description = "A reference to an object that is not among the given ones is a warning instead of a fault.",
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command("validate", """
            Judges manifests as the webhook would, without a cluster. The given objects count as existing together.

            Prints a line for each object and fault: FILE: Kind namespace/name: field: what is wrong and what to do.
            Exit code 0: all good, warnings or not; 1: an object is refused or cannot be read.

            Example:
              kubectl kustomize overlays/prod | stash-runner validate --allow-missing -f -
            """)
        {
            Files, Namespace, AllowMissing,
        };
        command.SetAction(arguments => Run(
            ManifestFiles.Read(arguments.GetValue(Files)!, arguments.GetValue(Namespace)!, Console.In),
            arguments.GetValue(AllowMissing),
            arguments.InvocationConfiguration.Output));
        return command;
    }

    /// <summary>Prints the verdicts.</summary>
    public static int Run(Manifests manifests, bool allowMissing, TextWriter output)
    {
        var refused = manifests.Faults.Count > 0;
        foreach (var fault in manifests.Faults)
        {
            output.WriteLine(fault);
        }

        var judge = new ObjectJudge(manifests, allowMissing);
        foreach (var one in manifests.Objects)
        {
            var judgement = judge.Judge(one);
            refused |= judgement.Faults.Count > 0;
            foreach (var line in Lines(judgement))
            {
                output.WriteLine($"{one.Title}: {line}");
            }
        }

        return refused ? ExitCodes.Refused : ExitCodes.Done;
    }

    private static IEnumerable<string> Lines(Judgement judgement)
    {
        foreach (var fault in judgement.Faults)
        {
            yield return fault;
        }

        foreach (var warning in judgement.Warnings)
        {
            yield return $"warning: {warning}";
        }

        if (judgement.Skipped is { } why)
        {
            yield return $"skipped: {why}";
        }
        else if (judgement.Faults.Count == 0)
        {
            yield return "ok";
        }
    }
}
