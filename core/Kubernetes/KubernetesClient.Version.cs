using System.Globalization;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes.Requests;

namespace Stash.Core.Kubernetes;

/// <content>The server's version.</content>
public sealed partial class KubernetesClient
{
    private static readonly TimeSpan VersionKept = TimeSpan.FromMinutes(10);
    private volatile KnownVersion? known;

    /// <inheritdoc/>
    public async Task<ServerVersion> VersionAsync(CancellationToken cancellationToken)
    {
        if (known is { } kept && options.Time.GetElapsedTime(kept.Read) < VersionKept)
        {
            return kept.Version;
        }

        var answer = await ObjectAsync(new(HttpMethod.Get, "/version"), cancellationToken).ConfigureAwait(false);
        var version = new ServerVersion(Number(answer, "major"), Number(answer, "minor"), answer["gitVersion"]?.ToString() ?? "");
        known = new(version, options.Time.GetTimestamp());
        return version;
    }

    private static int Number(JsonObject answer, string key)
    {
        var text = answer[key]?.ToString() ?? "";
        var digits = text.AsSpan(0, text.AsSpan().IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : text.Length);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new KubernetesException(Refusals.NoAnswer, $"GET /version: {key} is \"{text}\": a number is expected");
    }

    private sealed record KnownVersion(ServerVersion Version, long Read);
}
