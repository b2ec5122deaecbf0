using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Stash.Core.Kubernetes.Requests;

namespace Stash.Core.Kubernetes.Watching;

/// <summary>
/// One watch: a list, then the stream from its resourceVersion, again and again. The first list fails as any request does; later
/// outages are waited out with back-off, and only a refusal that will not pass (401, 403, 404 and the like) ends the watch.
/// </summary>
internal sealed class Watcher(Transport transport, TimeProvider time, string path, ListOptions? options, Func<CancellationToken, Task<ListPage>> list)
{
    private static readonly TimeSpan StreamLength = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestRound = TimeSpan.FromSeconds(1);

    private readonly WatchState state = new();
    private string? version;
    private int failures;

    /// <summary>Yields changes until cancelled.</summary>
    public async IAsyncEnumerable<WatchEvent> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = true;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var began = time.GetTimestamp();
            if (version is null)
            {
                var page = first ? await list(cancellationToken).ConfigureAwait(false) : await RelistAsync(cancellationToken).ConfigureAwait(false);
                first = false;
                if (page is not null)
                {
                    version = page.ResourceVersion ?? "0";
                    foreach (var change in state.Relisted(page.Items))
                    {
                        yield return change;
                    }
                }
            }

            if (version is not null)
            {
                await foreach (var change in StreamAsync(cancellationToken).ConfigureAwait(false))
                {
                    yield return change;
                }
            }

            await PauseAsync(began, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ListPage?> RelistAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await list(cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException exception) when (WillPass(exception.StatusCode))
        {
            failures++;
            return null;
        }
    }

    private async IAsyncEnumerable<WatchEvent> StreamAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(StreamLength + Slack, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        var lines = LinesAsync(either.Token).GetAsyncEnumerator(either.Token);
        await using (lines.ConfigureAwait(false))
        {
            while (await NextAsync(lines, cancellationToken).ConfigureAwait(false))
            {
                failures = 0;
                foreach (var change in Apply(lines.Current))
                {
                    yield return change;
                }
            }
        }
    }

    private async IAsyncEnumerable<WatchLine> LinesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = ResourcePath.Query(
            ("watch", "true"),
            ("allowWatchBookmarks", "true"),
            ("resourceVersion", version),
            ("timeoutSeconds", StreamLength.TotalSeconds.ToString(CultureInfo.InvariantCulture)),
            ("labelSelector", options?.LabelSelector),
            ("fieldSelector", options?.FieldSelector));
        var reply = await transport.SendAsync(new(HttpMethod.Get, path + query) { Streams = true }, cancellationToken).ConfigureAwait(false);
        using var response = reply.Open!;
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            await foreach (var line in WatchLine.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
            {
                yield return line;
            }
        }
    }

    /// <summary>The next line; false where the stream has ended, whether in peace, by an outage or because its state is too old.</summary>
    private async Task<bool> NextAsync(IAsyncEnumerator<WatchLine> lines, CancellationToken cancellationToken)
    {
        try
        {
            if (!await lines.MoveNextAsync().ConfigureAwait(false))
            {
                return false;
            }

            return lines.Current.Type != "ERROR" ? true : throw Refusals.From(Refusals.NoAnswer, lines.Current.Object);
        }
        catch (KubernetesException exception) when (exception.StatusCode == HttpStatusCode.Gone)
        {
            version = null;
        }
        catch (KubernetesException exception) when (WillPass(exception.StatusCode))
        {
            failures++;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            failures++;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            failures++;
        }

        return false;
    }

    private IEnumerable<WatchEvent> Apply(WatchLine line)
    {
        version = ListPage.Metadata(line.Object, "resourceVersion") ?? version;
        return line.Type == "BOOKMARK" ? [] : state.Told(line.Type, line.Object);
    }

    /// <summary>A server that ends streams at once, or a state that is always too old, must not make this spin.</summary>
    private async Task PauseAsync(long began, CancellationToken cancellationToken)
    {
        var wait = failures > 0 ? RetryRules.BackOff(failures, Random.Shared.NextDouble()) : ShortestRound - time.GetElapsedTime(began);
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool WillPass(HttpStatusCode status) =>
        status is Refusals.NoAnswer or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.Gone || (int)status >= 500;
}
