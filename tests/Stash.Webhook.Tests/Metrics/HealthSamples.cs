using System.Text.Json.Nodes;

namespace Stash.Webhook.Tests.Metrics;

/// <summary>Configs and Repositories in every state that metrics tell apart.</summary>
internal static class HealthSamples
{
    public static FakeKubernetes Cluster()
    {
        var kubernetes = Samples.Cluster();
        kubernetes.Put(Config("weekdays", "\"schedule\": \"0 3 * * 1-5\"", """
            "phase": "Ready", "lastSession": "weekdays-1", "lastResult": "Failed", "lastSessionTime": "2026-01-05T03:10:00Z",
            "lastDurationSeconds": 61.5, "lastSuccessTime": "2026-01-02T03:10:00Z", "lastSizeBytes": 5000000000, "consecutiveFailures": 2,
            "nextScheduleTime": "2026-01-06T03:00:00Z"
            """));
        kubernetes.Put(Config("resting", "\"schedule\": \"0 3 * * *\", \"paused\": true", """
            "phase": "Ready", "lastSession": "resting-1", "lastResult": "Skipped", "lastSessionTime": "2026-01-05T03:10:00Z"
            """));
        kubernetes.Put(Config("wrong", "\"schedule\": 5", "\"phase\": \"Invalid\""));
        kubernetes.Put(Repository("good", """
            "integrity": true, "totalSize": "1.500 MiB", "snapshotCount": 7, "lastBackupTime": "2026-01-02T03:10:00Z"
            """));
        kubernetes.Put(Repository("bad", "\"integrity\": false"));
        return kubernetes;
    }

    public static JsonObject Config(string name, string spec, string status) => JsonNode.Parse($$"""
        {
          "apiVersion": "stash.appscode.com/v1beta2", "kind": "BackupConfiguration",
          "metadata": {"name": "{{name}}", "namespace": "shop", "creationTimestamp": "2026-01-01T00:00:00Z"},
          "spec": { {{spec}} }, "status": { {{status}} }
        }
        """)!.AsObject();

    private static JsonObject Repository(string name, string status) => JsonNode.Parse($$"""
        {
          "apiVersion": "stash.appscode.com/v1alpha1", "kind": "Repository", "metadata": {"name": "{{name}}", "namespace": "shop"},
          "spec": {"backend": {"storageSecretName": "s"} }, "status": { {{status}} }
        }
        """)!.AsObject();
}
