using System.Buffers;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Rest;

namespace Stash.LocalCluster.Validation;

/// <summary>The rules of pod specs that an injected sidecar could break.</summary>
internal static class PodValidation
{
    private static readonly SearchValues<char> LabelLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Adds every fault of a pod's or template's spec.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="path">Its field path.</param>
    /// <param name="faults">Where to.</param>
    /// <param name="claims">Volumes that come from elsewhere: a StatefulSet's volumeClaimTemplates.</param>
    public static void Check(JsonObject? spec, string path, List<FieldFault> faults, IEnumerable<string>? claims = null)
    {
        if (spec.Array("containers") is not { Count: > 0 } containers)
        {
            faults.Add(FieldFault.Required($"{path}.containers"));
            return;
        }

        if (spec.Text("restartPolicy") is not ("Always" or "OnFailure" or "Never") and var policy)
        {
            faults.Add(FieldFault.NotSupported($"{path}.restartPolicy", policy, ["\"Always\"", "\"OnFailure\"", "\"Never\""]));
        }

        var volumes = (claims ?? []).ToHashSet(StringComparer.Ordinal);
        foreach (var (index, volume) in spec.Array("volumes").Objects().Index())
        {
            CheckName(volume, $"{path}.volumes[{index}]", volumes, faults);
            if (volume.Count > 2)
            {
                faults.Add(FieldFault.Forbidden($"{path}.volumes[{index}]", "may not specify more than 1 volume type"));
            }
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, container) in containers.Objects().Index())
        {
            CheckContainer(container, $"{path}.containers[{index}]", names, volumes, faults);
        }

        foreach (var (index, container) in spec.Array("initContainers").Objects().Index())
        {
            var at = $"{path}.initContainers[{index}]";
            CheckContainer(container, at, names, volumes, faults);
            if (container.Text("restartPolicy") == "Always")
            {
                continue;
            }

            foreach (var field in new[] { "startupProbe", "livenessProbe", "readinessProbe", "lifecycle" }.Where(f => container[f] is not null))
            {
                faults.Add(FieldFault.Forbidden($"{at}.{field}", "may not be set for init containers without restartPolicy=Always"));
            }
        }
    }

    private static void CheckContainer(JsonObject container, string path, HashSet<string> names, HashSet<string> volumes, List<FieldFault> faults)
    {
        CheckName(container, path, names, faults);
        if (container.Text("image").Length == 0)
        {
            faults.Add(FieldFault.Required($"{path}.image"));
        }

        var mounted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, mount) in container.Array("volumeMounts").Objects().Index())
        {
            if (!volumes.Contains(mount.Text("name")))
            {
                faults.Add(FieldFault.NotFound($"{path}.volumeMounts[{index}].name", mount.Text("name")));
            }

            if (mount.Text("mountPath").Length == 0)
            {
                faults.Add(FieldFault.Required($"{path}.volumeMounts[{index}].mountPath"));
            }
            else if (!mounted.Add(mount.Text("mountPath")))
            {
                faults.Add(FieldFault.Invalid($"{path}.volumeMounts[{index}].mountPath", mount.Text("mountPath"), "must be unique"));
            }
        }

        foreach (var (index, _) in container.Array("env").Objects().Index().Where(e => e.Item.Text("name").Length == 0))
        {
            faults.Add(FieldFault.Required($"{path}.env[{index}].name"));
        }
    }

    private static void CheckName(JsonObject item, string path, HashSet<string> names, List<FieldFault> faults)
    {
        var name = item.Text("name");
        if (name.Length == 0)
        {
            faults.Add(FieldFault.Required($"{path}.name"));
        }
        else if (name.Length > 63 || name.AsSpan().ContainsAnyExcept(LabelLetters))
        {
            faults.Add(FieldFault.Invalid($"{path}.name", name, "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character"));
        }
        else if (!names.Add(name))
        {
            faults.Add(FieldFault.Duplicate($"{path}.name", name));
        }
    }
}
