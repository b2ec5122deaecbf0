using System.Text.Json.Nodes;

namespace Stash.Benchmarks.Admission;

/// <summary>A review of an ordinary pod of 11 KB, as the API server sends it: owner, labels, managed fields, two containers with much environment.</summary>
internal static class PodReview
{
    public static string Body()
    {
        var environment = new JsonArray();
        for (var i = 0; i < 60; i++)
        {
            environment.Add(new JsonObject { ["name"] = $"LEDGER_SETTING_{i:00}", ["value"] = $"a value of ordinary length for setting number {i:00}" });
        }

        var pod = JsonNode.Parse("""
            {
              "apiVersion": "v1", "kind": "Pod",
              "metadata": {
                "generateName": "ledger-7c9d6b5f4-", "labels": {"app": "ledger", "pod-template-hash": "7c9d6b5f4", "stash.appscode.com/config": "ledger"},
                "annotations": {"prometheus.io/scrape": "true", "checksum/config": "4f1c8c1a0c9e5b7b4d2f3a6e8d9c0b1a2f3e4d5c6b7a8990"},
                "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "ledger-7c9d6b5f4", "uid": "0d5a1c9e-4f6e-4f0e-9a53-1c6d1b1c2a3b", "controller": true, "blockOwnerDeletion": true}],
                "managedFields": [{"manager": "kube-controller-manager", "operation": "Update", "apiVersion": "v1", "time": "2026-11-21T03:00:00Z", "fieldsType": "FieldsV1",
                  "fieldsV1": {"f:metadata": {"f:generateName": {}, "f:labels": {".": {}, "f:app": {}, "f:pod-template-hash": {}}}, "f:spec": {"f:containers": {"k:{\"name\":\"app\"}": {".": {}, "f:image": {}, "f:env": {}, "f:resources": {}}}}}}]
              },
              "spec": {
                "containers": [
                  {"name": "app", "image": "registry.example/ledger:1.2.3", "ports": [{"containerPort": 8080, "name": "http"}],
                   "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
                   "securityContext": {"runAsUser": 1000, "runAsNonRoot": true, "allowPrivilegeEscalation": false},
                   "livenessProbe": {"httpGet": {"path": "/live", "port": "http"}, "periodSeconds": 10, "timeoutSeconds": 1, "failureThreshold": 3, "successThreshold": 1},
                   "volumeMounts": [{"name": "data", "mountPath": "/data"}, {"name": "kube-api-access-x", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "readOnly": true}]},
                  {"name": "proxy", "image": "registry.example/proxy:4.5.6", "resources": {"requests": {"cpu": "10m"}}}
                ],
                "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "ledger"}},
                  {"name": "kube-api-access-x", "projected": {"defaultMode": 420, "sources": [{"serviceAccountToken": {"path": "token", "expirationSeconds": 3607}}]}}],
                "restartPolicy": "Always", "serviceAccountName": "ledger", "terminationGracePeriodSeconds": 30, "dnsPolicy": "ClusterFirst", "schedulerName": "default-scheduler",
                "tolerations": [{"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}]
              },
              "status": {}
            }
            """)!;
        pod["spec"]!["containers"]![0]!["env"] = environment;
        pod["spec"]!["containers"]![1]!["env"] = environment.DeepClone();
        return new JsonObject
        {
            ["apiVersion"] = "admission.k8s.io/v1",
            ["kind"] = "AdmissionReview",
            ["request"] = new JsonObject
            {
                ["uid"] = "705ab4f5-6393-11e8-b7cc-42010a800002",
                ["kind"] = new JsonObject { ["group"] = "", ["version"] = "v1", ["kind"] = "Pod" },
                ["resource"] = new JsonObject { ["group"] = "", ["version"] = "v1", ["resource"] = "pods" },
                ["namespace"] = Manifests.Namespace,
                ["operation"] = "CREATE",
                ["userInfo"] = new JsonObject { ["username"] = "system:serviceaccount:kube-system:replicaset-controller" },
                ["object"] = pod,
                ["dryRun"] = false,
            },
        }.ToJsonString();
    }
}
