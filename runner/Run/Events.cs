using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stash.Core.Kubernetes;
using Stash.Runner.Logging;

namespace Stash.Runner.Run;

/// <summary>Reasons of the Events of a session.</summary>
internal static class EventReasons
{
    /// <summary>A session began.</summary>
    public const string Started = "BackupStarted";

    /// <summary>Every host was backed up.</summary>
    public const string Succeeded = "BackupSucceeded";

    /// <summary>The session failed; the message begins with the failure's code.</summary>
    public const string Failed = "BackupFailed";

    /// <summary>The session was not run; the message tells why.</summary>
    public const string Skipped = "BackupSkipped";

    /// <summary>A pod without the sidecar was evicted, so that its controller makes another.</summary>
    public const string PodReplaced = "PodReplaced";

    /// <summary>Whether nothing is amiss. Every other reason, which may be any failure's code, is a warning's.</summary>
    public static bool IsNormal(string reason) => reason is Started or Succeeded or Skipped or PodReplaced;
}

/// <summary>Tells people, through core/v1 Events, what became of a session. An Event that cannot be written is logged and costs nothing else.</summary>
internal sealed class Events(IKubernetesClient client, RunSettings settings, TimeProvider time, ILogger log)
{
    private const string Component = "stash-run";
    private const int LongestMessage = 1024;

    /// <summary>Writes an Event about an object. The same Event again, by a second attempt, counts up instead of standing twice.</summary>
    /// <param name="about">The object; apiVersion, kind and metadata are read.</param>
    /// <param name="occasion">What makes this Event this one: the session's name.</param>
    /// <param name="reason">One of <see cref="EventReasons"/>.</param>
    /// <param name="message">A sentence.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task WriteAsync(JsonObject about, string occasion, string reason, string message, CancellationToken cancellationToken)
    {
        var body = Body(about, occasion, reason, message);
        try
        {
            await client.CreateAsync(ResourceTypes.Events, settings.Namespace, body, null, cancellationToken);
        }
        catch (KubernetesException there) when (there.StatusCode == HttpStatusCode.Conflict)
        {
            await CountUpAsync(body, cancellationToken);
        }
        catch (KubernetesException refused)
        {
            log.EventLost(reason, refused.Message);
        }
    }

    private async Task CountUpAsync(JsonObject body, CancellationToken cancellationToken)
    {
        try
        {
            var name = body.Name();
            var before = await client.FindAsync(ResourceTypes.Events, settings.Namespace, name, cancellationToken);
            var patch = new JsonObject
            {
                ["count"] = (before.Number("count") ?? 1) + 1,
                ["lastTimestamp"] = body.Text("lastTimestamp"),
                ["message"] = body.Text("message"),
            };
            await client.MergePatchAsync(ResourceTypes.Events, settings.Namespace, name, patch, null, cancellationToken);
        }
        catch (KubernetesException refused)
        {
            log.EventLost(body.Text("reason") ?? "", refused.Message);
        }
    }

    private JsonObject Body(JsonObject about, string occasion, string reason, string message)
    {
        var now = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var identity = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{about.Uid()}/{occasion}/{reason}")))[..16];
        var name = about.Name();
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Event",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{name[..Math.Min(200, name.Length)]}.{identity}",
                ["namespace"] = settings.Namespace,
            },
            ["involvedObject"] = new JsonObject
            {
                ["apiVersion"] = about.Text("apiVersion"),
                ["kind"] = about.Text("kind"),
                ["name"] = name,
                ["namespace"] = settings.Namespace,
                ["uid"] = about.Uid(),
            },
            ["type"] = EventReasons.IsNormal(reason) ? "Normal" : "Warning",
            ["reason"] = reason,
            ["message"] = message.Length <= LongestMessage ? message : message[..(LongestMessage - 3)] + "...",
            ["source"] = new JsonObject { ["component"] = Component },
            ["reportingComponent"] = Component,
            ["reportingInstance"] = settings.Identity,
            ["firstTimestamp"] = now,
            ["lastTimestamp"] = now,
            ["count"] = 1,
        };
    }
}
