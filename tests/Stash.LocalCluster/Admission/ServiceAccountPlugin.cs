using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Admission;

/// <summary>The ServiceAccount admission plugin: names the account and mounts its token, again after webhooks added containers.</summary>
internal static class ServiceAccountPlugin
{
    private const string MountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
    private const string VolumePrefix = "kube-api-access-";

    /// <summary>Completes a new pod.</summary>
    public static void Apply(AdmissionAttributes review)
    {
        if (review.Context.Resource.Type is not { Group: "", Kind: "Pod" } || review.Operation != "CREATE"
            || review.Object?.Object("spec") is not { } spec || review.Object.Find("metadata", "annotations", "kubernetes.io/config.mirror") is not null)
        {
            return;
        }

        spec.Default("serviceAccountName", "default");
        spec.Default("serviceAccount", spec.Text("serviceAccountName"));
        if (spec["automountServiceAccountToken"]?.GetValueKind() == System.Text.Json.JsonValueKind.False)
        {
            return;
        }

        var containers = spec.Array("containers").Objects().Concat(spec.Array("initContainers").Objects())
            .Where(c => !c.Array("volumeMounts").Objects().Any(m => m.Text("mountPath") == MountPath)).ToArray();
        if (containers.Length == 0)
        {
            return;
        }

        var volume = Volume(spec);
        foreach (var container in containers)
        {
            if (container.Array("volumeMounts") is null)
            {
                container["volumeMounts"] = new JsonArray();
            }

            container.Array("volumeMounts")!.Add(new JsonObject { ["name"] = volume, ["readOnly"] = true, ["mountPath"] = MountPath });
        }
    }

    private static string Volume(JsonObject spec)
    {
        if (spec.Array("volumes") is not { } volumes)
        {
            volumes = [];
            spec["volumes"] = volumes;
        }

        var existing = volumes.Objects().FirstOrDefault(v => v.Text("name").StartsWith(VolumePrefix, StringComparison.Ordinal));
        if (existing is not null)
        {
            return existing.Text("name");
        }

        var name = VolumePrefix + RandomNumberGenerator.GetString("bcdfghjklmnpqrstvwxz2456789", 5);
        volumes.Add(new JsonObject
        {
            ["name"] = name,
            ["projected"] = new JsonObject
            {
                ["defaultMode"] = 420,
                ["sources"] = new JsonArray(
                    new JsonObject { ["serviceAccountToken"] = new JsonObject { ["expirationSeconds"] = 3607, ["path"] = "token" } },
                    new JsonObject
                    {
                        ["configMap"] = new JsonObject
                        {
                            ["name"] = "kube-root-ca.crt",
                            ["items"] = new JsonArray(new JsonObject { ["key"] = "ca.crt", ["path"] = "ca.crt" }),
                        },
                    },
                    new JsonObject
                    {
                        ["downwardAPI"] = new JsonObject
                        {
                            ["items"] = new JsonArray(new JsonObject
                            {
                                ["path"] = "namespace",
                                ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = "metadata.namespace" },
                            }),
                        },
                    }),
            },
        });
        return name;
    }
}
