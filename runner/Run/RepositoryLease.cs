using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stash.Core.Kubernetes;
using Stash.Runner.Logging;

namespace Stash.Runner.Run;

/// <summary>
/// The right to change a repository as a whole (retention, prune, check): the Lease <c>stash-REPOSITORY</c> in the Repository's
/// namespace, as leader election uses Leases (k8s.io/client-go tools/leaderelection): held while renewed, free once expired.
/// </summary>
internal sealed class RepositoryLease(IKubernetesClient client, string ns, string repository, string holder, TimeProvider time, ILogger log)
{
    private const int Seconds = 60;
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Name of the Lease.</summary>
    public string Name => $"stash-{repository}";

    /// <summary>Runs the work while the Lease is held; releases it afterwards.</summary>
    /// <param name="work">Cancelled should the Lease be lost.</param>
    /// <param name="wait">How long another holder is waited for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RunFailureException">Another kept it for longer than <paramref name="wait"/>, or it was lost.</exception>
    public async Task<T> HoldAsync<T>(Func<CancellationToken, Task<T>> work, TimeSpan wait, CancellationToken cancellationToken)
    {
        await AcquireAsync(wait, cancellationToken);
        using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var renewing = RenewAsync(held, ended.Token);
        try
        {
            return await work(held.Token);
        }
        catch (OperationCanceledException) when (held.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new RunFailureException(FailureCodes.RepositoryBusy, $"Lease {Name} was lost to another holder in the middle of the work");
        }
        finally
        {
            await ended.CancelAsync();
            await renewing;
            await ReleaseAsync();
        }
    }

    /// <summary>Whether a Lease is free for the holder; pure. One that nobody renewed for its duration is free.</summary>
    public static bool IsFree(JsonObject? lease, string holder, DateTimeOffset now)
    {
        var current = lease.Text("spec", "holderIdentity");
        return string.IsNullOrEmpty(current) || current == holder || lease.Time("spec", "renewTime") is not { } renewed
            || renewed.AddSeconds(lease.Number("spec", "leaseDurationSeconds") ?? Seconds) < now;
    }

    private async Task AcquireAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (var first = true; ; first = false)
        {
            var lease = await client.FindAsync(ResourceTypes.Leases, ns, Name, cancellationToken);
            if (IsFree(lease, holder, time.GetUtcNow()) && await TakeAsync(lease, cancellationToken))
            {
                return;
            }

            var other = lease.Text("spec", "holderIdentity") ?? "another";
            if (time.GetElapsedTime(began) >= wait)
            {
                throw new RunFailureException(FailureCodes.RepositoryBusy, $"{other} held Lease {Name} in namespace {ns} for longer than {wait}");
            }

            if (first)
            {
                log.WaitingForLease(Name, other);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task<bool> TakeAsync(JsonObject? lease, CancellationToken cancellationToken)
    {
        try
        {
            if (lease is null)
            {
                await client.CreateAsync(ResourceTypes.Leases, ns, Body(), null, cancellationToken);
            }
            else
            {
                lease["spec"] = Spec(lease);
                await client.ReplaceAsync(ResourceTypes.Leases, ns, Name, lease, null, cancellationToken);
            }

            return true;
        }
        catch (KubernetesException other) when (other.StatusCode == HttpStatusCode.Conflict)
        {
            return false;
        }
    }

    private async Task RenewAsync(CancellationTokenSource held, CancellationToken cancellationToken)
    {
        var last = time.GetTimestamp();
        while (true)
        {
            try
            {
                await Task.Delay(Renewal, time, cancellationToken);
                var lease = await client.FindAsync(ResourceTypes.Leases, ns, Name, cancellationToken);
                if (lease.Text("spec", "holderIdentity") == holder && await TakeAsync(lease, cancellationToken))
                {
                    last = time.GetTimestamp();
                }
                else if (lease is not null && !IsFree(lease, holder, time.GetUtcNow()))
                {
                    await held.CancelAsync();
                    return;
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (KubernetesException unreachable)
            {
                log.LeaseNotRenewed(Name, unreachable.Message);
                if (time.GetElapsedTime(last) > TimeSpan.FromSeconds(Seconds))
                {
                    await held.CancelAsync();
                    return;
                }
            }
        }
    }

    private async Task ReleaseAsync()
    {
        using var brief = new CancellationTokenSource(TimeSpan.FromSeconds(5), time);
        try
        {
            var lease = await client.FindAsync(ResourceTypes.Leases, ns, Name, brief.Token);
            if (lease is not null && lease.Text("spec", "holderIdentity") == holder)
            {
                await client.DeleteAsync(
                    ResourceTypes.Leases, ns, Name, new DeleteOptions { ResourceVersion = lease.Text("metadata", "resourceVersion") }, brief.Token);
            }
        }
        catch (Exception kept) when (kept is KubernetesException or OperationCanceledException)
        {
            // It expires by itself; the next holder waits that long.
            log.LeaseNotReleased(Name, kept.Message);
        }
    }

    private JsonObject Body() => new()
    {
        ["apiVersion"] = ResourceTypes.Leases.ApiVersion,
        ["kind"] = ResourceTypes.Leases.Kind,
        ["metadata"] = new JsonObject { ["name"] = Name, ["namespace"] = ns },
        ["spec"] = Spec(before: null),
    };

    private JsonObject Spec(JsonObject? before)
    {
        var now = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        var renewed = before.Text("spec", "holderIdentity") == holder;
        return new JsonObject
        {
            ["holderIdentity"] = holder,
            ["leaseDurationSeconds"] = Seconds,
            ["acquireTime"] = renewed ? before.Text("spec", "acquireTime") ?? now : now,
            ["renewTime"] = now,
        };
    }
}
