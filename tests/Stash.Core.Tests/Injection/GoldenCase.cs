using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Core.Injection;
using Stash.Core.Validation;
using Stash.Core.Yaml;

namespace Stash.Core.Tests.Injection;

/// <summary>
/// A folder under Golden: pod.yaml; config.yaml (a BackupConfiguration or BackupBatch), repository.yaml and function.yaml where they exist; fault.txt where the config was judged invalid;
/// settings.json with <c>native</c> and <c>imagePullPolicy</c>; expected.patch.json or skip.txt (code, sentence), and warnings.txt. STASH_UPDATE_GOLDENS=1 rewrites what is expected.
/// </summary>
internal sealed class GoldenCase(string folder)
{
    public const string Namespace = "shop";

    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Root { get; } = Path.Combine(RepositoryRoot(), "tests", "Stash.Core.Tests", "Injection", "Golden");

    public static bool IsUpdate => Environment.GetEnvironmentVariable("STASH_UPDATE_GOLDENS") == "1";

    public static IEnumerable<string> Names() => Directory.EnumerateDirectories(Root).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal);

    public static GoldenCase Named(string name) => new(Path.Combine(Root, name));

    public InjectionRequest Request(JsonObject? pod = null)
    {
        var settings = Read("settings.json") is { } text ? JsonNode.Parse(text)!.AsObject() : [];
        var (config, faults) = Read("config.yaml") is { } yaml ? Invoker.Read(YamlJson.Read(yaml)[0]) : (null, null);
        var its = pod ?? Pod();
        return new InjectionRequest
        {
            Pod = its,
            Namespace = Namespace,
            Config = config?.Batch is { } batch ? PodMember.Find(batch, its) : config?.Whole,
            Batch = config?.Batch,
            ConfigFaults = (config, faults) switch
            {
                (null, null) => null,
                (null, _) => new ValidationResult(faults, []),
                _ => Read("fault.txt")?.Trim().Split(": ", 2) is [var field, var detail]
                    ? new ValidationResult([new Fault(field, FaultType.Invalid, detail)], [])
                    : ValidationResult.Valid,
            },
            Repository = Read("repository.yaml") is { } repository
                ? ObjectReader.Read(YamlJson.Read(repository)[0], StashJson.Default.Repository).Value.ShouldNotBeNull()
                : null,
            Function = Read("function.yaml") is { } function
                ? ObjectReader.Read(YamlJson.Read(function)[0], StashJson.Default.Function).Value.ShouldNotBeNull()
                : null,
            Settings = new InjectionSettings
            {
                Image = "registry.example/stash-runner:1",
                ImagePullPolicy = (string?)settings["imagePullPolicy"],
                NativeSidecars = (bool?)settings["native"] ?? true,
            },
        };
    }

    public JsonObject Pod() => YamlJson.Read(Read("pod.yaml")!)[0];

    /// <summary>What is expected, in one text.</summary>
    public string Expected() => Text(Read("expected.patch.json"), Read("skip.txt"), Read("warnings.txt"));

    /// <summary>What came out, in the same form; written down first when goldens are to be updated.</summary>
    public string Actual(InjectionOutcome outcome)
    {
        var patch = outcome.Patch?.ToJsonString(Indented) + "\n";
        var skip = outcome.Skip is { } reason ? $"{reason.Code}\n{reason.Sentence}\n" : null;
        var warnings = outcome.Warnings.Count > 0 ? string.Join('\n', outcome.Warnings) + "\n" : null;
        if (IsUpdate)
        {
            Write("expected.patch.json", outcome.Patch is null ? null : patch);
            Write("skip.txt", skip);
            Write("warnings.txt", warnings);
        }

        return Text(outcome.Patch is null ? null : patch, skip, warnings);
    }

    private static string Text(string? patch, string? skip, string? warnings) => $"patch:\n{patch}skip:\n{skip}warnings:\n{warnings}";

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Stash.Webhook.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("the repository's root is not above the test program");
    }

    private string? Read(string file) => Path.Combine(folder, file) is var path && File.Exists(path) ? File.ReadAllText(path) : null;

    private void Write(string file, string? text)
    {
        var path = Path.Combine(folder, file);
        if (text is null)
        {
            File.Delete(path);
        }
        else
        {
            File.WriteAllText(path, text);
        }
    }
}
