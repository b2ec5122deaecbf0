using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Stash.Core.Api;
using Stash.Core.Yaml;
using Stash.Runner.Tests.Golden;

namespace Stash.Runner.Tests.Manifests;

public sealed class ManifestTests
{
    private static readonly string Root = RepositoryRoot();

    public static TheoryData<string, string> Kinds => new()
    {
        { "backupconfigurations", nameof(BackupConfiguration) },
        { "backupsessions", nameof(BackupSession) },
        { "repositories", nameof(Repository) },
    };

    public static TheoryData<string> Kustomizations =>
        ["manifests", "manifests/webhook", "manifests/samples", "kustomize/base", "kustomize/samples"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Schema_HasTheRecordsFields_InEveryVersion(string file, string kind)
    {
        JsonTypeInfo type = kind switch
        {
            nameof(BackupConfiguration) => StashJson.Default.BackupConfiguration,
            nameof(BackupSession) => StashJson.Default.BackupSession,
            _ => StashJson.Default.Repository,
        };
        var versions = Crd(file)["spec"]!["versions"]!.AsArray();

        versions.ShouldNotBeEmpty();
        foreach (var version in versions)
        {
            SchemaWalk.Differences(version!["schema"]!["openAPIV3Schema"]!, type, "").ShouldBeEmpty();
            version["subresources"]!["status"].ShouldNotBeNull();
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Schema_IsStructural(string file, string kind)
    {
        foreach (var version in Crd(file)["spec"]!["versions"]!.AsArray())
        {
            Unstructured(version!["schema"]!["openAPIV3Schema"]!, kind).ShouldBeEmpty();
        }
    }

    [Fact]
    public void Versions_ShareOneSchema_SoThatNothingNeedsConverting()
    {
        var versions = Crd("backupconfigurations")["spec"]!["versions"]!.AsArray();

        versions.Select(version => (string?)version!["name"]).ShouldBe(["v1beta2", "v1beta1"]);
        JsonNode.DeepEquals(versions[0]!["schema"], versions[1]!["schema"]).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Kustomizations))]
    public async Task Kustomization_Builds(string folder)
    {
        var start = new ProcessStartInfo("kubectl", ["kustomize", Path.Combine(Root, folder)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        await process.WaitForExitAsync(limit.Token);

        process.ExitCode.ShouldBe(0, await error);
        YamlJson.Read(await output).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Samples_AreValidAndInjected()
    {
        var validated = await RunnerProgram.RunAsync(Root, ["validate", "-f", "manifests/samples"], "", TestContext.Current.CancellationToken);
        var previewed = await RunnerProgram.RunAsync(Root, ["preview", "-f", "manifests/samples"], "", TestContext.Current.CancellationToken);

        validated.ExitCode.ShouldBe(0, validated.Output);
        validated.Output.ShouldNotContain("warning");
        previewed.ExitCode.ShouldBe(0, previewed.Error);
        var containers = YamlJson.Read(previewed.Output).ShouldHaveSingleItem()["spec"]!["initContainers"]!.AsArray();
        containers.Select(container => (string?)container!["name"]).ShouldContain(SidecarNames.Container);
    }

    private static JsonObject Crd(string file) =>
        YamlJson.Read(File.ReadAllText(Path.Combine(Root, "manifests", "crds", file + ".yaml"))).ShouldHaveSingleItem();

    /// <summary>Places without a type (apiextensions: structural schemas) or with a default below something that may be absent.</summary>
    private static IEnumerable<string> Unstructured(JsonNode schema, string path)
    {
        if (schema["type"] is null && schema["x-kubernetes-preserve-unknown-fields"] is null && schema["x-kubernetes-int-or-string"] is null)
        {
            yield return $"{path}: no type";
        }

        var inner = (schema["properties"] as JsonObject ?? []).Select(property => (Path: $"{path}.{property.Key}", Schema: property.Value!))
            .Concat(new[] { "items", "additionalProperties" }.Where(name => schema[name] is JsonObject).Select(name => (Path: $"{path}[]", Schema: schema[name]!)));
        foreach (var difference in inner.SelectMany(one => Unstructured(one.Schema, one.Path)))
        {
            yield return difference;
        }
    }

    private static string RepositoryRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
