using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Core.Kubernetes;
using Stash.Runner.Logging;

namespace Stash.Runner.Run;

/// <summary>
/// Tells a config how its session ended. A status that cannot be written is logged and costs nothing else: the session itself says how it
/// ended, and the next one's report brings the config up to date.
/// </summary>
internal sealed class ConfigReport(IKubernetesClient client, TimeProvider time, ILogger log)
{
    private const int Attempts = 8;

    /// <summary>Writes the fields that change, on top of exactly the status that was read: what sync or a user writes meanwhile is kept.</summary>
    public async Task WriteAsync(SessionRecorder ended, CancellationToken cancellationToken)
    {
        if (ended.Session.Spec.Invoker is not { Name: { Length: > 0 } name } invoker || Invoker.TypeOf(invoker.Kind) is not { } type)
        {
            return;
        }

        try
        {
            var attempt = 1;
            while (!await TryWriteAsync(type, name, ended, last: attempt == Attempts, cancellationToken))
            {
                attempt++;
            }
        }
        catch (Exception lost) when (lost is KubernetesException or JsonException)
        {
            log.ConfigNotTold(name, ended.Name, lost.Message);
        }
    }

    private async Task<bool> TryWriteAsync(ResourceType type, string name, SessionRecorder ended, bool last, CancellationToken cancellationToken)
    {
        var ns = ended.Session.Metadata.Namespace;
        var config = await client.FindAsync(type, ns, name, cancellationToken);
        if (config is null || ConfigOutcome.Patch(config, ended.Session.Metadata, ended.Status, time.GetUtcNow()) is not { } status)
        {
            return true;
        }

        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = config.Text("metadata", "resourceVersion") },
            ["status"] = status,
        };
        try
        {
            await client.MergePatchAsync(
                type, ns, name, patch, new WriteOptions { Subresource = "status" }, cancellationToken);
            return true;
        }
        catch (KubernetesException meanwhile) when (meanwhile.StatusCode == HttpStatusCode.Conflict && !last)
        {
            return false;
        }
    }
}
