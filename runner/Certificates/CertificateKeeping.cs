using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stash.Core.Kubernetes;

namespace Stash.Runner.Certificates;

/// <summary>Looks, takes the one step that follows, and looks again, until there is nothing to do.</summary>
internal sealed class CertificateKeeping(IKubernetesClient client, CertificateSettings settings, TimeProvider time, ILogger log)
{
    /// <summary>Owner of the fields that are applied.</summary>
    public const string FieldManager = "stash-certificates";

    // A whole renewal takes nine; the rest is for others who write at the same time.
    private const int StepLimit = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly WriteOptions Apply = new() { FieldManager = FieldManager, Force = true };

    private DateTimeOffset? _waitingSince;

    /// <summary>Does what is to be done now.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    /// <exception cref="KubernetesException">The API refused something.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < StepLimit; i++)
        {
            var seen = await ObserveAsync(cancellationToken);
            try
            {
                if (await TakeAsync(Rotation.Next(seen, settings, time.GetUtcNow()), seen, cancellationToken) is { } code)
                {
                    return code;
                }
            }
            catch (KubernetesException refused) when (refused.StatusCode == HttpStatusCode.Conflict)
            {
                log.Overtaken(refused.Message);
            }
        }

        log.CertificatesFailed($"still not done after {StepLimit} steps: somebody else changes the same objects again and again");
        return ExitCodes.TryAgain;
    }

    /// <summary>Reads what there is.</summary>
    public async Task<Observation> ObserveAsync(CancellationToken cancellationToken)
    {
        var (issued, fault) = await IssuedAsync(cancellationToken);
        var secret = await client.FindAsync(ResourceTypes.Secrets, settings.Namespace, settings.SecretName, cancellationToken);
        var registrations = new List<Registration>();
        foreach (var (type, name) in Registration.All)
        {
            registrations.Add(new Registration(type, name, await client.FindAsync(type, null, name, cancellationToken)));
        }

        return new Observation(KeptSecret.Read(secret, settings.Names), issued, fault, registrations);
    }

    private async Task<(ServingPair? Pair, string Fault)> IssuedAsync(CancellationToken cancellationToken)
    {
        if (settings.IssuedSecret is null)
        {
            return (null, "");
        }

        if (await client.FindAsync(ResourceTypes.Secrets, settings.Namespace, settings.IssuedSecret, cancellationToken) is not { } secret)
        {
            return (null, "it does not exist yet");
        }

        var (pair, fault) = ServingPair.Read(
            KeptSecret.Data(secret, "tls.crt"), KeptSecret.Data(secret, "tls.key"), KeptSecret.Data(secret, "ca.crt"), settings.Names);
        return pair is not null && pair.NotAfter <= time.GetUtcNow() ? (null, $"it expired at {pair.NotAfter:u}") : (pair, fault);
    }

    /// <summary>Takes a step; an exit code when it is the last one.</summary>
    private async Task<int?> TakeAsync(Step step, Observation seen, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case Step.Done done:
                log.Kept(seen.Secret.Current!.NotAfter, done.Renewal is { } renewal ? $"{renewal:u}" : $"when {settings.IssuedSecret} has a new one");
                return ExitCodes.Done;
            case Step.Refuse refuse:
                log.CertificatesFailed(refuse.Reason);
                return ExitCodes.FailedForGood;
            case Step.Await wait:
                return await AwaitAsync(wait.Reason, cancellationToken);
            case Step.Settle settle:
                log.Settling(settle.Until);
                await Task.Delay(settle.Until - time.GetUtcNow(), time, cancellationToken);
                break;
            case Step.Prepare prepare:
                await PrepareAsync(prepare, seen.Secret, cancellationToken);
                break;
            case Step.Publish publish:
                await PublishAsync(publish, cancellationToken);
                break;
            case Step.Write write:
                await WriteAsync(write.Secret, cancellationToken);
                log.Written(settings.Namespace, settings.SecretName, write.What);
                break;
        }

        return null;
    }

    private async Task<int?> AwaitAsync(string reason, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_waitingSince is null)
        {
            _waitingSince = now;
            log.Waiting(reason);
        }

        if (now - _waitingSince >= settings.Patience)
        {
            log.GaveUp(reason, settings.Patience);
            return ExitCodes.TryAgain;
        }

        await Task.Delay(Pause, time, cancellationToken);
        return null;
    }

    private async Task PrepareAsync(Step.Prepare step, KeptSecret secret, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var pair = step.Issued ?? PairIssuer.Issue(settings.Names, settings.Lifetime, now);
        var prepared = step.ServeAtOnce
            ? secret with { Current = pair, Issuer = settings.Issuer, Trust = pair.Authority, ChangedAt = now }
            : secret with { Next = pair, NextIssuer = settings.Issuer, PublishedAt = null };
        await WriteAsync(prepared, cancellationToken);
        log.Prepared(settings.Namespace, settings.SecretName, step.Reason, pair.NotAfter);
    }

    private async Task PublishAsync(Step.Publish step, CancellationToken cancellationToken)
    {
        foreach (var registration in step.Registrations)
        {
            await client.ApplyAsync(registration.Type, null, registration.Name, registration.Patch(step.Trust), Apply, cancellationToken);
            log.PublishedTo(registration.Label, step.Trust.Count);
        }
    }

    private Task<JsonObject> WriteAsync(KeptSecret secret, CancellationToken cancellationToken)
    {
        var body = secret.ToJson(settings);
        var options = new WriteOptions { FieldManager = FieldManager };
        return secret.Live is null
            ? client.CreateAsync(ResourceTypes.Secrets, settings.Namespace, body, options, cancellationToken)
            : client.ReplaceAsync(ResourceTypes.Secrets, settings.Namespace, settings.SecretName, body, options, cancellationToken);
    }
}
