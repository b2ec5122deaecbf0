using System.Text.Json.Nodes;

namespace Stash.Webhook.Tests;

/// <summary>Objects that fit together.</summary>
internal static class Samples
{
    public static FakeKubernetes Cluster()
    {
        var kubernetes = new FakeKubernetes();
        kubernetes.Put(Config());
        kubernetes.Put(Repository());
        return kubernetes;
    }

    public static JsonObject Config(string name = "db") => Parse($$"""
        {
          "apiVersion": "stash.appscode.com/v1beta2", "kind": "BackupConfiguration",
          "metadata": {"name": "{{name}}", "namespace": "shop"},
          "spec": {
            "schedule": "0 3 * * *", "repository": [{"name": "vault"}],
            "target": {"ref": {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db"}, "paths": ["/data"]},
            "retentionPolicy": {"name": "last-five", "keepLast": 5, "prune": true}
          }
        }
        """);

    public static JsonObject Batch(string name = "all") => Parse($$"""
        {
          "apiVersion": "stash.appscode.com/v1beta1", "kind": "BackupBatch", "metadata": {"name": "{{name}}", "namespace": "shop"},
          "spec": {
            "schedule": "0 3 * * *", "repository": {"name": "vault"}, "executionOrder": "Parallel",
            "members": [{"target": {"alias": "db", "ref": {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db"}, "paths": ["/data"]} }],
            "retentionPolicy": {"name": "last-five", "keepLast": 5, "prune": true}
          }
        }
        """);

    public static JsonObject Repository() => Parse("""
        {
          "apiVersion": "stash.appscode.com/v1alpha1", "kind": "Repository", "metadata": {"name": "vault", "namespace": "shop"},
          "spec": {"backend": {"storageSecretName": "vault-secret", "s3": {"endpoint": "s3.example", "bucket": "backups"}}}
        }
        """);

    public static JsonObject Function(string name) => Parse($$"""
        {
          "apiVersion": "stash.appscode.com/v1beta1", "kind": "Function", "metadata": {"name": "{{name}}"},
          "spec": {"image": "registry.example/{{name}}:1", "args": ["${mode}"]}
        }
        """);

    public static JsonObject Session() => Parse("""
        {
          "apiVersion": "stash.appscode.com/v1beta1", "kind": "BackupSession", "metadata": {"name": "db-1", "namespace": "shop"},
          "spec": {"invoker": {"apiGroup": "stash.appscode.com", "kind": "BackupConfiguration", "name": "db"}}
        }
        """);

    public static JsonObject Pod(string? config = "db") => Parse($$$"""
        {
          "apiVersion": "v1", "kind": "Pod",
          "metadata": {"generateName": "db-", "labels": {"app": "db"{{{(config is null ? "" : $", \"stash.appscode.com/config\": \"{config}\"")}}}}},
          "spec": {
            "containers": [{
              "name": "postgres", "image": "postgres:17", "securityContext": {"runAsUser": 999},
              "volumeMounts": [{"name": "data", "mountPath": "/data"}]
            }],
            "volumes": [{"name": "data", "emptyDir": {}}]
          }
        }
        """);

    public static JsonObject PodReview(JsonObject? pod = null) => Review("", "Pod", "CREATE", pod ?? Pod());

    public static JsonObject Review(string group, string kind, string operation, JsonObject? json, JsonObject? old = null, string ns = "shop") => new()
    {
        ["apiVersion"] = "admission.k8s.io/v1",
        ["kind"] = "AdmissionReview",
        ["request"] = new JsonObject
        {
            ["uid"] = Guid.NewGuid().ToString(),
            ["kind"] = new JsonObject { ["group"] = group, ["version"] = "v1", ["kind"] = kind },
            ["operation"] = operation,
            ["namespace"] = ns,
            ["name"] = (string?)(json ?? old)!["metadata"]!["name"] ?? "",
            ["object"] = json,
            ["oldObject"] = old,
        },
    };

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
