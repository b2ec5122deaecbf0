namespace Stash.Runner.Certificates;

/// <summary>What is kept, and how long each thing lasts.</summary>
internal sealed record CertificateSettings
{
    /// <summary>Where certificates come from when this program makes them.</summary>
    public const string SelfSigned = "self-signed";

    /// <summary>Namespace of the Secrets.</summary>
    public required string Namespace { get; init; }

    /// <summary>Secret that the webhook serves.</summary>
    public string SecretName { get; init; } = "stash-webhook-tls";

    /// <summary>Secret into which somebody else (cert-manager) issues certificates; null: this program makes them.</summary>
    public string? IssuedSecret { get; init; }

    /// <summary>DNS names that the certificate must be for.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>How long a certificate is valid; renewed with a third left.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(90);

    /// <summary>A certificate that is served since before this is renewed whatever is left of it.</summary>
    public DateTimeOffset? RenewServedBefore { get; init; }

    /// <summary>
    /// From the registrations' having the new authority to the change of the certificate: every API server must have seen them. Their
    /// watches take well under a second.
    /// </summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>From the change of the certificate to the end of trust in the old authority: kubelets take up to two minutes to bring a Secret.</summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long to wait for registrations or a certificate that are not there yet.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Where certificates come from, as the Secret's annotation tells.</summary>
    public string Issuer => IssuedSecret ?? SelfSigned;
}
