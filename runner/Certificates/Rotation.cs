namespace Stash.Runner.Certificates;

/// <summary>What there is.</summary>
/// <param name="Secret">What the webhook serves.</param>
/// <param name="Issued">What somebody else issued for it; null where nothing is, or nothing that can be served.</param>
/// <param name="IssuedFault">Why <paramref name="Issued"/> is null.</param>
/// <param name="Registrations">Whom the API server trusts.</param>
internal sealed record Observation(KeptSecret Secret, ServingPair? Issued, string IssuedFault, IReadOnlyList<Registration> Registrations);

/// <summary>
/// Says what to do next, from what there is and the clock; pure. Whoever is killed between two steps is succeeded by somebody who sees
/// the same and goes on. The order is the promise: at no time does a server present what a client does not trust.
/// <list type="number">
/// <item>the next pair is put beside the one that is served;</item>
/// <item>all registrations trust the old authority and the new one;</item>
/// <item>after a moment for every API server to see that, the next pair is what is served;</item>
/// <item>long after every kubelet has brought it to its pods, the old authority is forgotten.</item>
/// </list>
/// </summary>
internal static class Rotation
{
    /// <summary>Decides.</summary>
    public static Step Next(Observation seen, CertificateSettings settings, DateTimeOffset now)
    {
        var secret = seen.Secret;
        if (secret.CertManagerCertificate is { } certificate)
        {
            return new Step.Refuse(
                $"Secret {settings.Namespace}/{settings.SecretName} is written by cert-manager (Certificate {certificate}): two writers would break it. Have that "
                + $"Certificate write another Secret and name it with --issued, as the component cert-manager does; or delete the Certificate and then "
                + $"the Secret's annotations cert-manager.io/*");
        }

        var trust = secret.Trust.With(seen.Registrations.Aggregate(TrustBundle.Empty, (all, one) => all.With(one.Trust)));
        if (NextOf(seen, settings, now) is { } next)
        {
            return Rotate(seen, next, next.Authority.With(secret.Current?.Authority ?? TrustBundle.Empty).With(trust).ValidAt(now), settings, now);
        }

        if (Need(seen, settings, now) is { } reason)
        {
            return settings.IssuedSecret is not null && seen.Issued is null
                ? AwaitIssued(seen, reason, trust.ValidAt(now), settings)
                : new Step.Prepare(reason, seen.Issued, ServeAtOnce: secret.Live is null && trust.IsEmpty);
        }

        var overlapping = secret.ChangedAt is not { } changed || now < changed + settings.Overlap;
        return Rest(seen, overlapping ? secret.Current!.Authority.With(trust).ValidAt(now) : secret.Current!.Authority, settings);
    }

    /// <summary>When a pair is renewed: with a third of its lifetime left, or of the lifetime that is wished for now if that is shorter.</summary>
    public static DateTimeOffset RenewalOf(ServingPair pair, CertificateSettings settings)
    {
        var lifetime = pair.NotAfter - pair.NotBefore;
        return pair.NotBefore + (lifetime < settings.Lifetime ? lifetime : settings.Lifetime) * (2.0 / 3);
    }

    /// <summary>The pair whose turn is coming; null where there is none, or none that is wanted any more.</summary>
    private static ServingPair? NextOf(Observation seen, CertificateSettings settings, DateTimeOffset now) =>
        seen.Secret is { Next: { } next } secret
        && secret.NextIssuer == settings.Issuer
        && next.NotAfter > now
        && (settings.IssuedSecret is null ? RenewalOf(next, settings) > now : seen.Issued is null || seen.Issued.Certificate == next.Certificate)
            ? next
            : null;

    /// <summary>Why a new pair is needed; null where none is.</summary>
    private static string? Need(Observation seen, CertificateSettings settings, DateTimeOffset now)
    {
        var secret = seen.Secret;
        if (secret.Live is null)
        {
            return "there is no certificate yet";
        }

        if (secret.Current is not { } current)
        {
            return $"the certificate cannot be served: {secret.Fault}";
        }

        if (secret.Issuer != settings.Issuer)
        {
            return $"the certificate comes from {secret.Issuer ?? "somebody else"}, not from {settings.Issuer}";
        }

        if (settings.IssuedSecret is not null)
        {
            return current.NotAfter <= now ? "the certificate has expired"
                : seen.Issued is { } issued && issued.Certificate != current.Certificate ? $"a new one is in Secret {settings.IssuedSecret}"
                : null;
        }

        return settings.RenewServedBefore is { } asked && (secret.ChangedAt ?? DateTimeOffset.MinValue) < asked ? "its renewal was asked for"
            : RenewalOf(current, settings) <= now ? $"less than a third of its lifetime is left, until {current.NotAfter:u}"
            : null;
    }

    /// <summary>Meanwhile what is served must stay trusted, also by a registration that came a moment ago.</summary>
    private static Step AwaitIssued(Observation seen, string reason, TrustBundle trust, CertificateSettings settings) =>
        seen.Secret.Current is not null && Untrusting(seen, trust) is { Count: > 0 } untrusting
            ? new Step.Publish(trust, untrusting)
            : new Step.Await($"{reason}, and Secret {settings.Namespace}/{settings.IssuedSecret} cannot be served: {seen.IssuedFault}");

    private static Step Rotate(Observation seen, ServingPair next, TrustBundle trust, CertificateSettings settings, DateTimeOffset now)
    {
        var secret = seen.Secret;
        if (Untrusting(seen, trust) is { Count: > 0 } untrusting)
        {
            // The wait begins again, also for whoever comes after a kill in between.
            return secret.PublishedAt is null
                ? new Step.Publish(trust, untrusting)
                : new Step.Write(secret with { PublishedAt = null }, "a registration lost the new authority");
        }

        if (secret.PublishedAt is not { } published || !secret.Trust.SameAs(trust))
        {
            return new Step.Write(secret with { PublishedAt = now, Trust = trust }, "the registrations trust the old authority and the new one");
        }

        if (now < published + settings.Settle)
        {
            return new Step.Settle(published + settings.Settle);
        }

        return new Step.Write(
            secret with
            {
                Current = next, Issuer = secret.NextIssuer, Next = null, NextIssuer = null, PublishedAt = null, ChangedAt = now,
            },
            "the new certificate is what is served");
    }

    private static Step Rest(Observation seen, TrustBundle trust, CertificateSettings settings)
    {
        var secret = seen.Secret;
        if (Untrusting(seen, trust) is { Count: > 0 } untrusting)
        {
            return new Step.Publish(trust, untrusting);
        }

        if (!secret.Trust.SameAs(trust) || secret.HasNext || secret.PublishedAt is not null)
        {
            return new Step.Write(secret with { Trust = trust, Next = null, NextIssuer = null, PublishedAt = null }, $"{trust.Count} authorities are trusted");
        }

        var missing = seen.Registrations.Where(one => one.Live is null).Select(one => one.Label).ToList();
        return missing.Count > 0
            ? new Step.Await($"not there yet: {string.Join(", ", missing)}")
            : new Step.Done(settings.IssuedSecret is null ? RenewalOf(secret.Current!, settings) : null);
    }

    private static List<Registration> Untrusting(Observation seen, TrustBundle trust) =>
        [.. seen.Registrations.Where(one => one.Live is not null && !one.Has(trust))];
}
