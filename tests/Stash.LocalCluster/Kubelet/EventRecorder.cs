using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;

namespace Stash.LocalCluster.Kubelet;

/// <summary>Writes Events; one that repeats is counted, as client-go's recorder does.</summary>
internal sealed class EventRecorder(IObjectStore objects, TimeProvider time, string component)
{
    /// <summary>Records.</summary>
    public async Task RecordAsync(JsonObject about, string type, string reason, string message)
    {
        var now = time.GetUtcNow().Stamp();
        var hash = StringComparer.Ordinal.GetHashCode(type + reason + message + about.Uid()) & 0xFFFFFFFFL;
        var name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{about.Name()}.{hash:x8}");
        var counted = objects.Update(ResourceTypes.Events, about.Namespace(), name, body =>
        {
            body["count"] = (body.Number("count") ?? 1) + 1;
            body["lastTimestamp"] = now;
        });
        if (counted is not null)
        {
            return;
        }

        try
        {
            await objects.CreateAsync(ResourceTypes.Events, new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Event",
                ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = about.Namespace() },
                ["involvedObject"] = new JsonObject
                {
                    ["apiVersion"] = about.Text("apiVersion"),
                    ["kind"] = about.Text("kind"),
                    ["name"] = about.Name(),
                    ["namespace"] = about.Namespace(),
                    ["uid"] = about.Uid(),
                },
                ["type"] = type,
                ["reason"] = reason,
                ["message"] = message,
                ["source"] = new JsonObject { ["component"] = component, ["host"] = NodeObjects.NodeName },
                ["reportingComponent"] = component,
                ["reportingInstance"] = NodeObjects.NodeName,
                ["firstTimestamp"] = now,
                ["lastTimestamp"] = now,
                ["count"] = 1,
            });
        }
        catch (KubernetesException refused)
        {
            // Its namespace is on the way out, or another thread wrote the same event: neither may stop a pod.
            await Console.Error.WriteLineAsync($"local cluster: event {reason} of {about.Namespace()}/{about.Name()}: {refused.Message}");
        }
    }
}
