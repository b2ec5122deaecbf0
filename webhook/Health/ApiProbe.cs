using Stash.Core.Kubernetes;

namespace Stash.Webhook.Health;

/// <summary>Asks the Kubernetes API for its version until it answers once.</summary>
internal sealed class ApiProbe(IKubernetesClient kubernetes, Readiness readiness, TimeProvider time, ILogger<ApiProbe> log) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            using var deadline = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stoppingToken);
            try
            {
                var version = await kubernetes.VersionAsync(either.Token);
                readiness.ApiSeen();
                Log.ApiReached(log, version.GitVersion);
                return;
            }
            catch (Exception fault) when (fault is KubernetesException or OperationCanceledException && !stoppingToken.IsCancellationRequested)
            {
                Log.ApiUnreached(log, fault.Message);
            }

            await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
