using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Signals;
using Stash.Runner.Logging;

namespace Stash.Runner.Run;

/// <summary>Wakes a sidecar over pods/exec and stays with it until it tells its result: a lost connection costs a new attachment, never a second backup.</summary>
internal sealed class Signalling(IKubernetesClient client, string ns, TimeProvider time, RunLimits limits, ILogger log)
{
    private const int LongestComplaint = 2048;

    private enum EndKind
    {
        Answered,
        ConnectionLost,
        NoAnswer,
    }

    /// <summary>Sends the request to the pod's sidecar, again and again where the connection is lost, and gives the result.</summary>
    /// <param name="pod">Name of the pod.</param>
    /// <param name="request">What to do; idempotent by session and verb.</param>
    /// <param name="onProgress">Gets progress as it comes.</param>
    /// <param name="cancellationToken">Leaves the sidecar alone: it works on.</param>
    /// <returns>The sidecar's result, or one that says that it could not be reached.</returns>
    public async Task<SignalResult> SendAsync(
        string pod, SignalRequest request, Action<Progress>? onProgress, CancellationToken cancellationToken)
    {
        var began = time.GetUtcNow();
        var lastHeard = time.GetTimestamp();
        for (var attachment = 1; ; attachment++)
        {
            var end = await AttachAsync(pod, request, onProgress, () => lastHeard = time.GetTimestamp(), cancellationToken);
            if (end.Result is { } result)
            {
                return result;
            }

            var patience = end.Kind == EndKind.ConnectionLost ? limits.ConnectionLoss : limits.SidecarSilence;
            if (time.GetElapsedTime(lastHeard) >= patience)
            {
                return Unreachable(pod, request, end.Complaint, began);
            }

            log.AttachingAgain(pod, end.Complaint);
            await Task.Delay(limits.PauseBefore(attachment + 1), time, cancellationToken);
        }
    }

    /// <summary>The API server does not let this runner into the pod.</summary>
    public static RunFailureException NotAllowed(string pod, KubernetesException refused) => new(
        new NamedFailure(FailureCodes.ApiRefused, $"exec into pod {pod} is not allowed: {refused.Message}; bind ClusterRole stash-run to this service account"), refused);

    private async Task<End> AttachAsync(
        string pod, SignalRequest request, Action<Progress>? onProgress, Action heard, CancellationToken cancellationToken)
    {
        var lines = new SignalLineReader();
        var complaint = new StringBuilder();
        SignalResult? result = null;
        ValueTask OnOutput(ReadOnlyMemory<byte> chunk)
        {
            foreach (var line in lines.Feed(chunk))
            {
                heard();
                result = line.Result ?? result;
                if (line.Progress is { } progress)
                {
                    onProgress?.Invoke(progress);
                }

                if (line.Log is { } text)
                {
                    log.SidecarSays(pod, text);
                }
            }

            return ValueTask.CompletedTask;
        }

        ValueTask OnError(ReadOnlyMemory<byte> chunk)
        {
            if (complaint.Length < LongestComplaint)
            {
                complaint.Append(Encoding.UTF8.GetString(chunk.Span));
            }

            return ValueTask.CompletedTask;
        }

        try
        {
            var exec = await client.ExecAsync(Exec(pod, request, OnOutput, OnError), cancellationToken);
            var words = complaint.ToString().Trim();
            return result is not null
                ? new End(EndKind.Answered, "", result)
                : new End(EndKind.NoAnswer, $"exit code {exec.ExitCode} without a result{(words.Length > 0 ? ": " + words : "")}", null);
        }
        catch (ExecConnectionException lost)
        {
            return new End(EndKind.ConnectionLost, lost.Message, result);
        }
        catch (KubernetesException refused)
        {
            if (refused.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
            {
                throw NotAllowed(pod, refused);
            }

            return new End(ApiErrors.IsUnreachable(refused) ? EndKind.ConnectionLost : EndKind.NoAnswer, refused.Message, result);
        }
    }

    private ExecRequest Exec(
        string pod, SignalRequest request, Func<ReadOnlyMemory<byte>, ValueTask> onOutput, Func<ReadOnlyMemory<byte>, ValueTask> onError) => new()
        {
            Namespace = ns,
            Pod = pod,
            Container = SidecarNames.Container,
            Command = ["stash-runner", "signal", request.Verb, "--session", request.Session],
            StandardInput = (byte[])[.. JsonSerializer.SerializeToUtf8Bytes(request, StashJson.Default.SignalRequest), (byte)'\n'],
            OnStandardOutput = onOutput,
            OnStandardError = onError,
        };

    private SignalResult Unreachable(string pod, SignalRequest request, string complaint, DateTimeOffset began) => new()
    {
        Session = request.Session,
        Verb = request.Verb,
        Outcome = FailureCodes.SidecarUnreachable,
        Message = $"the sidecar of pod {pod} does not answer: {complaint}",
        StartTime = began,
        Seconds = (time.GetUtcNow() - began).TotalSeconds,
    };

    private sealed record End(EndKind Kind, string Complaint, SignalResult? Result);
}
