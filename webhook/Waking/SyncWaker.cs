using System.Diagnostics.Metrics;
using System.Net;
using System.Threading.Channels;
using Stash.Core.Kubernetes;
using Stash.Webhook.Metrics;
using Stash.Webhook.Options;

namespace Stash.Webhook.Waking;

/// <summary>
/// Has sync run soon after a change, by a Job. Reviews never wait for it; what it cannot do, the CronJob of sync does within five
/// minutes.
/// </summary>
internal sealed class SyncWaker : BackgroundService
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly string[] Outcomes = ["created", "coalesced", "failed"];

    // One token is enough: it says that something changed, not what.
    private readonly Channel<bool> changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly IKubernetesClient kubernetes;
    private readonly WebhookOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<SyncWaker> log;
    private readonly Meter meter = new(AdmissionMetrics.MeterName);
    private readonly Counter<long> asked;
    private readonly Counter<long> wakeups;

    public SyncWaker(IKubernetesClient kubernetes, WebhookOptions options, TimeProvider time, ILogger<SyncWaker> log)
    {
        (this.kubernetes, this.options, this.time, this.log) = (kubernetes, options, time, log);
        wakeups = meter.CreateCounter<long>("stash_sync_wakeups_total", description: "Jobs of sync asked for after a change, by outcome.");
        asked = meter.CreateCounter<long>("stash_sync_changes_total", description: "Changes let in that give sync something to do.");
        asked.Add(0);
        foreach (var outcome in Outcomes)
        {
            Count(outcome, 0);
        }
    }

    /// <summary>Something changed. Returns at once.</summary>
    public void Wake()
    {
        asked.Add(1);
        changes.Writer.TryWrite(true);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        meter.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.SyncJobTemplate is not { } template)
        {
            Log.WakingOff(log);
            return;
        }

        DateTimeOffset? last = null;
        var pending = false;
        try
        {
            while (await changes.Reader.WaitToReadAsync(stoppingToken))
            {
                pending = true;
                var slot = WakeSlot.Of(time.GetUtcNow(), last);
                await Until(slot.End, stoppingToken);

                // What comes from here on belongs to the next slot.
                changes.Reader.TryRead(out _);
                await Until(slot.End + WakeSlot.Margin, stoppingToken);
                last = time.GetUtcNow();
                await CreateAsync(template, slot.Name, stoppingToken);
                pending = false;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            if (pending || changes.Reader.TryPeek(out _))
            {
                Log.WakeDropped(log);
            }
        }
    }

    private async Task CreateAsync(string template, string name, CancellationToken stoppingToken)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stoppingToken);
        try
        {
            var job = SyncJobTemplate.Read(template, name, options.Image);
            var ns = (string)job["metadata"]!["namespace"]!;
            await kubernetes.CreateAsync(ResourceTypes.Jobs, ns, job, null, either.Token);
            Count("created", 1);
            Log.Woken(log, ns, name);
        }
        catch (KubernetesException there) when (there.StatusCode == HttpStatusCode.Conflict)
        {
            Count("coalesced", 1);
        }
        catch (Exception fault) when (fault is KubernetesException or SyncJobTemplateException)
        {
            Count("failed", 1);
            Log.WakeFailed(log, name, fault.Message);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            Count("failed", 1);
            Log.WakeFailed(log, name, "the Kubernetes API did not answer in time");
        }
    }

    private Task Until(DateTimeOffset moment, CancellationToken stoppingToken) =>
        moment - time.GetUtcNow() is { Ticks: > 0 } wait ? Task.Delay(wait, time, stoppingToken) : Task.CompletedTask;

    private void Count(string outcome, long by) => wakeups.Add(by, KeyValuePair.Create("outcome", (object?)outcome));
}
