using Stash.Webhook.Options;

namespace Stash.Webhook.Tls;

/// <summary>
/// Looks at the certificate's files again and again. Two small files every few seconds cost nothing, and unlike inotify that sees
/// through the kubelet's swap of the <c>..data</c> link, network file systems and replaced folders.
/// </summary>
internal sealed class CertificateWatch(ServedCertificate certificate, WebhookOptions options, TimeProvider time) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.CertificatePeriod, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                certificate.Refresh();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }
}
