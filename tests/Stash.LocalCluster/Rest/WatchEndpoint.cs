using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Selectors;
using Stash.LocalCluster.Storage;

namespace Stash.LocalCluster.Rest;

/// <summary>watch: a line of JSON for each change.</summary>
internal sealed class WatchEndpoint(ClusterCore core)
{
    private static readonly TimeSpan LongestWatch = TimeSpan.FromMinutes(40);
    private static readonly TimeSpan BookmarkInterval = TimeSpan.FromSeconds(30);

    /// <summary>Streams changes until the client goes, the time is over or the history is lost.</summary>
    public async Task WatchAsync(HttpContext http, RequestTarget target)
    {
        var query = http.Request.Query;
        var stream = new ChangeStream(core, http, target, LabelSelector.FromQuery(query["labelSelector"]), FieldSelector.FromQuery(query["fieldSelector"]));
        var limit = int.TryParse(query["timeoutSeconds"], CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : LongestWatch;
        using var timeout = new CancellationTokenSource(limit, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, http.RequestAborted);
        http.Response.ContentType = "application/json";
        await http.Response.StartAsync(both.Token);
        await http.Response.Body.FlushAsync(both.Token);
        try
        {
            await stream.RunAsync(query["resourceVersion"].ToString(), both.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            await stream.BookmarkAsync(initialEnd: false, http.RequestAborted);
        }
        catch (KubernetesException refusal)
        {
            await stream.WriteAsync("ERROR", refusal.Status!, http.RequestAborted);
        }
    }

    private sealed class ChangeStream(ClusterCore core, HttpContext http, RequestTarget target, LabelSelector labels, FieldSelector fields)
    {
        private readonly bool _wantsBookmarks = http.Request.Query["allowWatchBookmarks"].ToString() is "true" or "1";
        private readonly Representation _form = Representation.Of(http.Request);
        private long _version;

        public async Task RunAsync(string from, CancellationToken cancellationToken)
        {
            var wantsInitial = http.Request.Query["sendInitialEvents"].ToString() == "true";
            if (from is "" or "0" || wantsInitial)
            {
                var (objects, version) = core.Table.List(target.Resource.Collection, target.Namespace);
                foreach (var stored in objects)
                {
                    await TellAsync(new StoredChange(ChangeKind.Added, stored, null), cancellationToken);
                }

                _version = version;
                if (wantsInitial)
                {
                    await BookmarkAsync(initialEnd: true, cancellationToken);
                }
            }
            else
            {
                _version = long.TryParse(from, CultureInfo.InvariantCulture, out var version)
                    ? version
                    : throw ApiErrors.BadRequest($"Invalid value: \"{from}\": resourceVersion must be a number");
            }

            while (true)
            {
                var (changes, version, more) = core.Table.ChangesSince(target.Resource.Collection, _version);
                foreach (var change in changes.Where(c => target.Namespace is null || c.Object.Namespace == target.Namespace))
                {
                    await TellAsync(change, cancellationToken);
                }

                _version = version;
                try
                {
                    await more.WaitAsync(BookmarkInterval, TimeProvider.System, cancellationToken);
                }
                catch (TimeoutException)
                {
                    await BookmarkAsync(initialEnd: false, cancellationToken);
                }
            }
        }

        public async Task BookmarkAsync(bool initialEnd, CancellationToken cancellationToken)
        {
            if (!_wantsBookmarks)
            {
                return;
            }

            var metadata = new JsonObject { ["resourceVersion"] = _version.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null };
            if (initialEnd)
            {
                metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
            }

            var type = target.Resource.Type;
            await WriteAsync("BOOKMARK", new JsonObject { ["kind"] = type.Kind, ["apiVersion"] = type.ApiVersion, ["metadata"] = metadata }, cancellationToken);
        }

        public async Task WriteAsync(string type, JsonObject body, CancellationToken cancellationToken)
        {
            var line = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["type"] = type, ["object"] = body });
            await http.Response.Body.WriteAsync((byte[])[.. line, (byte)'\n'], cancellationToken);
            await http.Response.Body.FlushAsync(cancellationToken);
        }

        private async Task TellAsync(StoredChange change, CancellationToken cancellationToken)
        {
            var body = change.Object.Read();
            var isIn = Selects(body);
            var wasIn = change.Previous is { } previous && Selects(previous.Read());
            var type = (change.Kind, isIn, wasIn) switch
            {
                (ChangeKind.Deleted, _, true) => "DELETED",
                (ChangeKind.Deleted, _, _) => null,
                (_, true, true) => "MODIFIED",
                (_, true, false) => "ADDED",
                (_, false, true) => "DELETED",
                _ => null,
            };
            if (type is not null)
            {
                var converted = await core.Conversion.ConvertAsync(target.Resource, [body], target.Resource.Type.ApiVersion, cancellationToken);
                await WriteAsync(type, _form.Single(target.Resource, converted[0], core.Options.Time), cancellationToken);
            }
        }

        private bool Selects(JsonObject body) => labels.Matches(body.Object("metadata", "labels")) && fields.Matches(body);
    }
}
