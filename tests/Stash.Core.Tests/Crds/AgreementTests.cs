using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Stash.Core.Tests.Crds;

/// <summary>
/// The CRDs' rules against the validator's, on the validator's cases: <c>expected.txt</c> is what the validator says,
/// <c>api-server.txt</c> what a real API server says (Stash.Contract.Tests keeps it so).
/// </summary>
public sealed partial class AgreementTests
{
    /// <summary>What needs other objects, a parser, or a field of two shapes, which CEL cannot look into: the webhook's alone.</summary>
    private static readonly string[] OfTheWebhook =
    [
        "Not found: ", "may not be used from namespace", "may only be the config's own namespace",
        "is where the Repository's own volume is mounted", "lies in the repository's own mount", "lies in no entry of spec.target.volumeMounts",
        "is no descriptor", "it takes 0-", "never comes", "time zone database", "spec.target.args[", ".params[", ".matchExpressions[", "allowedNamespaces.selector: Unsupported value: ",
        "may not be set together with exec", "set one of exec", ".exec.command: ", "is no template: ", ".timeout: Invalid value: ",
        "no container can be made of this Function", "no Job can be made of this Task", "has no value: give it one in params", "is known only while a session runs",
    ];

    /// <summary>
    /// Kinds that pass on Kubernetes' own fields, with variables in any string, or that hold lists of what costs too much to judge in CEL:
    /// beyond what is required, the webhook judges them.
    /// </summary>
    private static readonly string[] OpenKinds = ["BackupBatch ", "Function ", "Task "];

    private static readonly string Folder = Path.GetFullPath(Path.Combine(SourceFolder(), "..", "Validation", "cases"));

    public static TheoryData<string> Cases => [.. Directory.GetDirectories(Folder).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Crd_RefusesWhatTheValidatorRefuses_WhereOneObjectCanTell(string name)
    {
        var (validator, crd) = (Read(name, "expected.txt"), Read(name, "api-server.txt"));

        crd.Select(verdict => verdict.Object).ShouldBe(validator.Select(verdict => verdict.Object));
        foreach (var ((one, faults), (_, refusals)) in validator.Zip(crd))
        {
            if (refusals.Count > 0)
            {
                faults.ShouldNotBeEmpty($"{one} is valid, but the CRD says {string.Join("; ", refusals)}");
                refusals.Select(Field).Where(field => field != "<nil>").ShouldBeSubsetOf(faults.Select(Field), one);
            }
            else if (!OpenKinds.Any(kind => one.StartsWith(kind, StringComparison.Ordinal)))
            {
                faults.Where(fault => !OfTheWebhook.Any(words => fault.Contains(words, StringComparison.Ordinal)) && !MovedVolume(name, fault))
                    .ShouldBeEmpty($"{one}: one object can tell, but the CRD does not");
            }
        }
    }

    /// <summary>
    /// <c>judged.txt</c> lists the rules that <c>api-server.txt</c> is about. Who changes one has an API server judge it:
    /// <c>STASH_UPDATE_GOLDENS=1 make contract</c> with KUBECONFIG.
    /// </summary>
    [Fact]
    public void Rules_AreThoseThatAnApiServerJudged()
    {
        var root = Path.GetFullPath(Path.Combine(SourceFolder(), "..", "..", ".."));

        RuleList.Of(Path.Combine(root, "manifests", "crds")).ShouldBe(
            File.ReadAllText(Path.Combine(SourceFolder(), "judged.txt")), "have them judged: STASH_UPDATE_GOLDENS=1 make contract, with KUBECONFIG");
    }

    // The volume source of a local backend is passed on as it stands, so a rule on it would need every field of Kubernetes' own.
    private static bool MovedVolume(string name, string fault) =>
        name == "backend-local-moved-with-snapshots" && fault.StartsWith("spec.backend: Forbidden: may not change place", StringComparison.Ordinal);

    private static string Field(string fault) => fault.Split(": ")[0];

    private static List<(string Object, List<string> Faults)> Read(string name, string file)
    {
        var said = new List<(string Object, List<string> Faults)>();
        foreach (var line in File.ReadAllLines(Path.Combine(Folder, name, file)))
        {
            if (Verdict().Match(line) is { Success: true } verdict)
            {
                said.Add((verdict.Groups[1].Value, []));
            }
            else if (line.StartsWith("  ", StringComparison.Ordinal) && !line.StartsWith("  warning: ", StringComparison.Ordinal))
            {
                said[^1].Faults.Add(line.Trim());
            }
        }

        return said;
    }

    [GeneratedRegex("^(\\S+ \\S+): (?:valid|accepted|refused)$")]
    private static partial Regex Verdict();

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
