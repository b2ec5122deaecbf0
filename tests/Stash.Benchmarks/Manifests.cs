using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.Core.Yaml;

namespace Stash.Benchmarks;

/// <summary>The config and the Repository that the measured reviews and sessions name.</summary>
internal static class Manifests
{
    public const string Namespace = "bench";

    /// <summary>Adds the kinds, the namespace, and the objects.</summary>
    public static async Task ApplyAsync(LocalCluster.LocalCluster cluster)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository(), "manifests", "crds"), "*.yaml").Order(StringComparer.Ordinal))
        {
            foreach (var definition in YamlJson.Read(await File.ReadAllTextAsync(file)).Where(o => (string?)o["kind"] == "CustomResourceDefinition"))
            {
                await cluster.Objects.CreateAsync(ResourceTypes.CustomResourceDefinitions, definition);
            }
        }

        await cluster.Objects.CreateAsync(ResourceTypes.Namespaces, Parse("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"bench"}}"""));
        await cluster.Objects.CreateAsync(ResourceTypes.Secrets, Parse("""
            {"apiVersion":"v1","kind":"Secret","metadata":{"name":"ledger-secret","namespace":"bench"},"data":{"RESTIC_PASSWORD":"YmVuY2gtcGFzc3dvcmQ="}}
            """));
        await cluster.Objects.CreateAsync(ResourceTypes.Repositories, Parse("""
            {"apiVersion":"stash.appscode.com/v1alpha1","kind":"Repository","metadata":{"name":"ledger","namespace":"bench"},
             "spec":{"backend":{"storageSecretName":"ledger-secret","local":{"mountPath":"/repository","persistentVolumeClaim":{"claimName":"repository"}}}}}
            """));
        await cluster.Objects.CreateAsync(ResourceTypes.BackupConfigurations, Parse("""
            {"apiVersion":"stash.appscode.com/v1beta2","kind":"BackupConfiguration","metadata":{"name":"ledger","namespace":"bench"},
             "spec":{"schedule":"0 3 * * *","repository":[{"name":"ledger"}],
               "target":{"ref":{"apiVersion":"apps/v1","kind":"StatefulSet","name":"ledger"},"paths":["/data"]},
               "retentionPolicy":{"name":"keep","keepLast":5,"prune":true}}}
            """));
    }

    public static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static string Repository() => Path.GetDirectoryName(Path.GetDirectoryName(Workspace.RunnerProgram))!;
}
