using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.CronJobs;
using Stash.Core.Validation;
using Stash.Core.Yaml;

namespace Stash.Core.Tests.CronJobs;

/// <summary>Objects that the tests change a little.</summary>
internal static class Samples
{
    public static readonly CronJobSettings Settings = new() { Image = "runner:1" };

    public static JsonObject ConfigJson(string spec = "") => YamlJson.Read($$"""
        apiVersion: stash.appscode.com/v1beta2
        kind: BackupConfiguration
        metadata: {name: db, namespace: app, uid: u-1, generation: 3}
        spec:
          schedule: "15 3 * * *"
          repository: [{name: repo}]
          target: {ref: {apiVersion: apps/v1, kind: StatefulSet, name: db}, paths: [/data]}
          retentionPolicy: {name: keep-1, keepLast: 1, prune: true}
        """).Single().With("spec", spec);

    public static JsonObject RepositoryJson(string backend = "local: {mountPath: /repository, persistentVolumeClaim: {claimName: repo}}") => YamlJson.Read($$"""
        apiVersion: stash.appscode.com/v1alpha1
        kind: Repository
        metadata: {name: repo, namespace: app}
        spec:
          backend:
            storageSecretName: repo-secret
            {{backend}}
        """).Single();

    public static BackupConfiguration Config(string spec = "") => Read(ConfigJson(spec), StashJson.Default.BackupConfiguration);

    public static Repository Repository(string backend = "local: {mountPath: /repository, persistentVolumeClaim: {claimName: repo}}") =>
        Read(RepositoryJson(backend), StashJson.Default.Repository);

    private static T Read<T>(JsonObject json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        var read = ObjectReader.Read(json, type);
        read.Faults.ShouldBeEmpty();
        return read.Value!;
    }

    /// <summary>Puts fields, as flow YAML, over those of a field; null takes one away.</summary>
    private static JsonObject With(this JsonObject json, string field, string changes)
    {
        foreach (var (name, value) in changes.Length == 0 ? [] : YamlJson.Read($"{{{changes}}}").Single())
        {
            json[field]!.AsObject().Remove(name);
            if (value is not null)
            {
                json[field]![name] = value.DeepClone();
            }
        }

        return json;
    }
}
