using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Restic;
using Stash.Core.Signals;
using Stash.Runner.Hooks;
using Stash.Runner.Logging;
using Stash.Runner.Run;

namespace Stash.Runner.Waking;

/// <summary>Wakes a custom sidecar by a POST to its pod, which it answers when it is done: below 300 is success.</summary>
internal sealed class HttpWaking(IKubernetesClient client, string ns, TimeProvider time, RunLimits limits, ILogger log)
{
    /// <summary>Asks once; a sidecar that takes no connection yet is asked again.</summary>
    /// <param name="pod">Name of the pod.</param>
    /// <param name="post">The request, without variables.</param>
    /// <param name="output">Hears the answer.</param>
    /// <param name="cancellationToken">Leaves the sidecar to itself.</param>
    /// <returns>Null when the answer is below 300 and came to its end.</returns>
    /// <exception cref="RunFailureException">The pod has no such port.</exception>
    public async Task<NamedFailure?> RunAsync(string pod, HttpPostAction post, SidecarOutput output, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        using var http = PodHttp.Client();
        for (var attempt = 1; ; attempt++)
        {
            var (host, port) = await PlaceAsync(pod, post, cancellationToken);
            string complaint;
            try
            {
                using var request = PodHttp.Request(new Hook { HttpPost = post }, host, port);
                return await AskAsync(http, request, FormattableString.Invariant($"pod {pod}, port {port}"), output, cancellationToken);
            }
            catch (HttpRequestException refused) when (
                refused.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
            {
                complaint = FormattableString.Invariant($"port {port}: {refused.GetBaseException().Message}");
            }
            catch (Exception wrong) when (wrong is UriFormatException or FormatException)
            {
                throw new RunFailureException(FailureCodes.FunctionUnusable, $"spec.sidecar.signal.httpPost: {wrong.Message}");
            }
            catch (Exception lost) when (lost is HttpRequestException or IOException)
            {
                return new NamedFailure(
                    FailureCodes.SidecarConnectionLost,
                    FormattableString.Invariant($"how the backup that pod {pod} was asked for on port {port} ends is not known, and it may still run: {lost.GetBaseException().Message}"));
            }

            if (time.GetElapsedTime(began) >= limits.SidecarSilence)
            {
                return new NamedFailure(FailureCodes.SidecarUnreachable, $"the sidecar of pod {pod} does not answer: {complaint}");
            }

            log.WakingAgain(pod, complaint);
            await Task.Delay(limits.PauseBefore(attempt + 1), time, cancellationToken);
        }
    }

    private static async Task<NamedFailure?> AskAsync(
        HttpClient http, HttpRequestMessage request, string place, SidecarOutput output, CancellationToken cancellationToken)
    {
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await LineReader.ReadAsync(body, SidecarOutput.LongestLine, output.OnLine, cancellationToken);
        var code = (int)response.StatusCode;
        return code < 300
            ? null
            : new NamedFailure(Outcome.Failed, FormattableString.Invariant($"the sidecar answered {code} {response.ReasonPhrase} ({place}){output.Words}"));
    }

    private async Task<(string Host, int Port)> PlaceAsync(string name, HttpPostAction post, CancellationToken cancellationToken)
    {
        JsonObject? pod = null;
        await foreach (var one in client.ListAsync(ResourceTypes.Pods, ns, new ListOptions { FieldSelector = $"metadata.name={name}" }, cancellationToken))
        {
            pod = one.Name() == name ? one : pod;
        }

        var host = string.IsNullOrEmpty(post.Host) ? pod.Text("status", "podIP") : post.Host;
        if (host is null)
        {
            throw new RunFailureException(FailureCodes.SidecarUnreachable, $"pod {name} is gone, or has no address yet; see: kubectl describe pod {name}");
        }

        try
        {
            return (host, HookPort.Resolve(post.Port, pod, SidecarNames.Container));
        }
        catch (RunFailureException unknown)
        {
            throw new RunFailureException(FailureCodes.FunctionUnusable, $"spec.sidecar.signal.httpPost.port: {unknown.Failure.Message}");
        }
    }
}
