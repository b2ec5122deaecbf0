using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Stash.Core.Kubernetes;
using Stash.Core.Restic;
using Stash.Core.Signals;
using Stash.Runner.Logging;
using Stash.Runner.Run;

namespace Stash.Runner.Waking;

/// <summary>Wakes a custom sidecar by a command in its container over pods/exec; the command's exit code is the result.</summary>
internal sealed class ExecWaking(IKubernetesClient client, string ns, TimeProvider time, RunLimits limits, ILogger log)
{
    /// <summary>Runs the command once; only what never reached the container is asked again.</summary>
    /// <param name="pod">Name of the pod.</param>
    /// <param name="command">argv.</param>
    /// <param name="output">Hears what it says.</param>
    /// <param name="cancellationToken">Leaves the command to itself.</param>
    /// <returns>Null when it ended with 0.</returns>
    public async Task<NamedFailure?> RunAsync(string pod, IReadOnlyList<string> command, SidecarOutput output, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            string complaint;
            TimeSpan patience;
            try
            {
                var result = await ExecAsync(pod, command, output, cancellationToken);
                return result.ExitCode == 0
                    ? null
                    : new NamedFailure(Outcome.Failed, FormattableString.Invariant($"the sidecar's command in pod {pod} ended with exit code {result.ExitCode}{output.Words}"));
            }
            catch (ExecConnectionException lost) when (NeverConnected(lost) && !output.Heard)
            {
                (complaint, patience) = (lost.Message, limits.ConnectionLoss);
            }
            catch (ExecConnectionException lost)
            {
                return Lost(pod, lost.Message);
            }
            catch (KubernetesException refused) when (refused.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
            {
                throw Signalling.NotAllowed(pod, refused);
            }
            catch (KubernetesException refused) when (output.Heard)
            {
                return Lost(pod, refused.Message);
            }
            catch (KubernetesException refused)
            {
                (complaint, patience) = (refused.Message, limits.SidecarSilence);
            }

            if (time.GetElapsedTime(began) >= patience)
            {
                return new NamedFailure(FailureCodes.SidecarUnreachable, $"the sidecar's command could not be run in pod {pod}: {complaint}");
            }

            log.WakingAgain(pod, complaint);
            await Task.Delay(limits.PauseBefore(attempt + 1), time, cancellationToken);
        }
    }

    private static NamedFailure Lost(string pod, string complaint) => new(
        FailureCodes.SidecarConnectionLost,
        $"how the sidecar's command in pod {pod} ends is not known, and it may still run: {complaint}; see: kubectl logs {pod} -c {Stash.Core.Api.SidecarNames.Container}");

    // The API server itself was not there: nothing was asked for yet.
    private static bool NeverConnected(ExecConnectionException lost) => lost.GetBaseException() is SocketException
    {
        SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.TryAgain or SocketError.HostUnreachable or SocketError.NetworkUnreachable,
    };

    private async Task<ExecResult> ExecAsync(string pod, IReadOnlyList<string> command, SidecarOutput output, CancellationToken cancellationToken)
    {
        var (words, complaints) = (new Pipe(), new Pipe());
        var reading = Task.WhenAll(
            LineReader.ReadAsync(words.Reader.AsStream(), SidecarOutput.LongestLine, output.OnLine, CancellationToken.None),
            LineReader.ReadAsync(complaints.Reader.AsStream(), SidecarOutput.LongestLine, output.OnText, CancellationToken.None));
        try
        {
            return await client.ExecAsync(
                new ExecRequest
                {
                    Namespace = ns,
                    Pod = pod,
                    Container = Stash.Core.Api.SidecarNames.Container,
                    Command = command,
                    OnStandardOutput = async chunk => await words.Writer.WriteAsync(chunk, CancellationToken.None),
                    OnStandardError = async chunk => await complaints.Writer.WriteAsync(chunk, CancellationToken.None),
                },
                cancellationToken);
        }
        finally
        {
            await words.Writer.CompleteAsync();
            await complaints.Writer.CompleteAsync();
            await reading;
        }
    }
}
