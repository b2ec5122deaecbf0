using System.Text;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;

namespace Stash.LocalCluster.Kubelet.Sandbox;

/// <summary>The environment of a container, and the <c>$(NAME)</c> in its command.</summary>
internal sealed class ContainerEnvironment(IObjectStore objects, ClusterAddress address)
{
    /// <summary>Resolves; the fault is the message of CreateContainerConfigError.</summary>
    public (Dictionary<string, string>? Variables, string? Fault) Resolve(JsonObject pod, JsonObject container, int user)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ["HOME"] = user == 0 ? "/root" : "/",
            ["HOSTNAME"] = pod.Text("spec", "hostname") ?? pod.Name(),
            ["KUBERNETES_SERVICE_HOST"] = address.Server.Host,
            ["KUBERNETES_SERVICE_PORT"] = address.Server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        variables["KUBERNETES_SERVICE_PORT_HTTPS"] = variables["KUBERNETES_SERVICE_PORT"];
        foreach (var source in container.Objects("envFrom"))
        {
            if (AddAll(variables, pod.Namespace(), source) is { } fault)
            {
                return (null, fault);
            }
        }

        foreach (var entry in container.Objects("env"))
        {
            var (value, fault) = ValueOf(pod, container, entry, variables);
            if (fault is not null)
            {
                return (null, fault);
            }

            if (value is not null)
            {
                variables[entry.Text("name")!] = value;
            }
        }

        return (variables, null);
    }

    /// <summary>Replaces <c>$(NAME)</c> by its value where there is one; <c>$$</c> stands for <c>$</c>.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables)
    {
        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '$' || at + 1 == text.Length)
            {
                result.Append(text[at]);
            }
            else if (text[at + 1] == '$')
            {
                result.Append('$');
                at++;
            }
            else if (text[at + 1] == '(' && text.IndexOf(')', at + 2) is > 0 and var end)
            {
                var name = text[(at + 2)..end];
                result.Append(variables.TryGetValue(name, out var value) ? value : $"$({name})");
                at = end;
            }
            else
            {
                result.Append('$');
            }
        }

        return result.ToString();
    }

    private string? AddAll(Dictionary<string, string> variables, string ns, JsonObject source)
    {
        var secret = source.At("secretRef") is not null;
        var reference = source.At(secret ? "secretRef" : "configMapRef");
        var name = reference.Text("name") ?? "";
        var body = objects.Get(secret ? ResourceTypes.Secrets : ResourceTypes.ConfigMaps, ns, name);
        if (body is null)
        {
            return reference.Flag("optional") ? null : $"{(secret ? "secret" : "configmap")} \"{name}\" not found";
        }

        foreach (var (key, value) in body.Entries("data"))
        {
            variables[source.Text("prefix") + key] = secret ? Decode(value) : value;
        }

        return null;
    }

    private (string? Value, string? Fault) ValueOf(
        JsonObject pod, JsonObject container, JsonObject entry, Dictionary<string, string> variables)
    {
        var from = entry.At("valueFrom");
        if (from is null)
        {
            return (Expand(entry.Text("value") ?? "", variables), null);
        }

        if (from.Text("fieldRef", "fieldPath") is { } path)
        {
            return PodField.Read(pod, path) is { } value ? (value, null) : (null, $"fieldRef {path} is not supported by the local cluster");
        }

        if (from.Text("resourceFieldRef", "resource") is { } resource)
        {
            return (PodField.ReadResource(container, resource, from.Text("resourceFieldRef", "divisor")), null);
        }

        var secret = from.At("secretKeyRef") is not null;
        var reference = from.At(secret ? "secretKeyRef" : "configMapKeyRef");
        var name = reference.Text("name") ?? "";
        var key = reference.Text("key") ?? "";
        var body = objects.Get(secret ? ResourceTypes.Secrets : ResourceTypes.ConfigMaps, pod.Namespace(), name);
        if (body.Text("data", key) is { } found)
        {
            return (secret ? Decode(found) : found, null);
        }

        var kind = secret ? "secret" : "configmap";
        return reference.Flag("optional")
            ? (null, null)
            : (null, body is null ? $"{kind} \"{name}\" not found" : $"couldn't find key {key} in {(secret ? "Secret" : "ConfigMap")} {pod.Namespace()}/{name}");
    }

    private static string Decode(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));
}
