using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Stash.Core.Api;
using Stash.Core.Yaml;

namespace Stash.Core.Tests.Crds;

/// <summary>A CRD of <c>manifests/crds</c>, and what it would be after its fields and descriptions were written anew.</summary>
internal sealed record CrdFile(string Path, string Text, JsonObject Crd, JsonTypeInfo Type)
{
    private static readonly Docstrings Docs = new(typeof(StashApi).Assembly);

    /// <summary>The files, by the plural that each is about.</summary>
    public static TheoryData<string> Plurals => ["backupbatches", "backupconfigurations", "backupsessions", "functions", "repositories", "tasks"];

    /// <summary>Reads one.</summary>
    public static CrdFile Of(string plural)
    {
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(Folder(), "..", "..", "..", "manifests", "crds", plural + ".yaml"));
        var text = File.ReadAllText(path);
        return new CrdFile(path, text, YamlJson.Read(text).ShouldHaveSingleItem(), plural switch
        {
            "backupbatches" => StashJson.Default.BackupBatch,
            "backupconfigurations" => StashJson.Default.BackupConfiguration,
            "backupsessions" => StashJson.Default.BackupSession,
            "functions" => StashJson.Default.Function,
            "tasks" => StashJson.Default.TaskDefinition,
            _ => StashJson.Default.Repository,
        });
    }

    /// <summary>The versions, the stored one first.</summary>
    public IReadOnlyList<JsonObject> Versions => [.. Crd["spec"]!["versions"]!.AsArray().Select(version => version!.AsObject())];

    /// <summary>The schema of a version.</summary>
    public static JsonObject Schema(JsonObject version) => version["schema"]!["openAPIV3Schema"]!.AsObject();

    /// <summary>
    /// The text with fields, types and descriptions as the records have them. Rules are kept from the stored version and hold in the
    /// other one too: that differs in nothing but the shape of spec.repository.
    /// </summary>
    public string Refreshed()
    {
        var crd = Crd.DeepClone().AsObject();
        var versions = crd["spec"]!["versions"]!.AsArray();
        var schema = new SchemaOfRecords(Docs).Root(Type, Schema(Versions[0]));
        versions[0]!["schema"]!["openAPIV3Schema"] = schema;
        foreach (var older in versions.Skip(1))
        {
            older!["schema"]!["openAPIV3Schema"] = WithOneRepository(schema.DeepClone().AsObject());
        }

        var comments = Text.Split('\n').TakeWhile(line => line.StartsWith('#'));
        return string.Concat(comments.Select(line => line + "\n")) + YamlJson.Write(crd);
    }

    private static JsonObject WithOneRepository(JsonObject schema)
    {
        var fields = schema["properties"]!["spec"]!["properties"]!;
        var one = fields["repository"]!["items"]!.DeepClone();
        one["description"] = fields["repository"]!["description"]!.DeepClone();
        fields["repository"] = one;
        return schema;
    }

    private static string Folder([CallerFilePath] string path = "") => System.IO.Path.GetDirectoryName(path)!;
}
