using Stash.Webhook.Wire;

namespace Stash.Webhook;

/// <summary>Everything that this program logs.</summary>
internal static partial class Log
{
    /// <summary>One line for each review.</summary>
    public static void Reviewed(ILogger logger, string kind, AdmissionReply reply, AdmissionRequest request, TimeSpan elapsed)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            Reviewed(
                logger, kind, request.Operation, request.Namespace, request.DisplayName(), reply.Outcome, reply.Reason,
                request.DryRun, Math.Round(elapsed.TotalMilliseconds, 2));
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Kind} {Operation} {Namespace}/{Name}: {Outcome} {Reason} dryRun={DryRun} {Milliseconds} ms")]
    private static partial void Reviewed(
        ILogger logger, string kind, string operation, string @namespace, string name, string outcome, string reason, bool dryRun, double milliseconds);

    [LoggerMessage(2, LogLevel.Warning, "{Kind}: refused with {Status}: {Fault}")]
    public static partial void Malformed(ILogger logger, string kind, int status, string fault);

    [LoggerMessage(3, LogLevel.Warning, "cannot look up {What}: {Fault}")]
    public static partial void LookupFailed(ILogger logger, string what, string fault);

    [LoggerMessage(4, LogLevel.Information, "serving the certificate {Subject}, valid until {NotAfter:O}")]
    public static partial void CertificateLoaded(ILogger logger, string subject, DateTimeOffset notAfter);

    [LoggerMessage(5, LogLevel.Error, "the new certificate cannot be used, the old one is kept: {Fault}")]
    public static partial void CertificateRefused(ILogger logger, string fault);

    [LoggerMessage(6, LogLevel.Information, "the Kubernetes API answers: {Version}")]
    public static partial void ApiReached(ILogger logger, string version);

    [LoggerMessage(7, LogLevel.Warning, "the Kubernetes API does not answer, trying again: {Fault}")]
    public static partial void ApiUnreached(ILogger logger, string fault);

    [LoggerMessage(9, LogLevel.Warning, "the health of backups cannot be read, /metrics shows none of it: {Reason}")]
    public static partial void HealthUnread(ILogger logger, string reason, Exception? fault);

    [LoggerMessage(8, LogLevel.Information, "draining: not ready from now on, serving for {Seconds} s more")]
    public static partial void Draining(ILogger logger, double seconds);

    [LoggerMessage(10, LogLevel.Information, "a change does not wake sync: there is no --sync-job-template; sync comes by its schedule")]
    public static partial void WakingOff(ILogger logger);

    [LoggerMessage(11, LogLevel.Information, "sync is woken: Job {Namespace}/{Name}")]
    public static partial void Woken(ILogger logger, string @namespace, string name);

    [LoggerMessage(12, LogLevel.Warning, "sync cannot be woken by Job {Name}, it comes by its schedule: {Fault}")]
    public static partial void WakeFailed(ILogger logger, string name, string fault);

    [LoggerMessage(13, LogLevel.Information, "ending before sync was woken for the last change: it comes by its schedule")]
    public static partial void WakeDropped(ILogger logger);
}
