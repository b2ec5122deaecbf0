using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.Runner.Run;

namespace Stash.Runner.Certificates;

/// <summary>
/// The Secret that the webhook serves. The pair that is next waits in it beside the one that is served, so that a program that was killed
/// goes on with the same one, and so that the change is one write.
/// </summary>
internal sealed record KeptSecret
{
    private const string Published = "stash.appscode.com/authority-published-at";
    private const string Changed = "stash.appscode.com/certificate-changed-at";
    private const string IssuerNote = "stash.appscode.com/certificate-issuer";
    private const string NextIssuerNote = "stash.appscode.com/next-certificate-issuer";
    private const string CertManagerNote = "cert-manager.io/certificate-name";

    /// <summary>As it is in the API; null where there is none.</summary>
    public JsonObject? Live { get; init; }

    /// <summary>The Certificate of cert-manager that writes this very Secret; null where none does.</summary>
    public string? CertManagerCertificate { get; init; }

    /// <summary>What is served; null where that cannot be served.</summary>
    public ServingPair? Current { get; init; }

    /// <summary>Why <see cref="Current"/> cannot be served.</summary>
    public string Fault { get; init; } = "";

    /// <summary>What is to be served next.</summary>
    public ServingPair? Next { get; init; }

    /// <summary>Whether something waits to be served next, good or not.</summary>
    public bool HasNext { get; init; }

    /// <summary>Where <see cref="Current"/> came from.</summary>
    public string? Issuer { get; init; }

    /// <summary>Where <see cref="Next"/> came from.</summary>
    public string? NextIssuer { get; init; }

    /// <summary>ca.crt: everybody who is to be trusted.</summary>
    public TrustBundle Trust { get; init; } = TrustBundle.Empty;

    /// <summary>When every registration was seen to trust the authority of <see cref="Next"/>.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>Since when <see cref="Current"/> is what is served.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>Reads it.</summary>
    /// <param name="live">The Secret; null where there is none.</param>
    /// <param name="names">DNS names that a pair must be for.</param>
    public static KeptSecret Read(JsonObject? live, IReadOnlyList<string> names)
    {
        var (current, fault) = ServingPair.Read(Data(live, "tls.crt"), Data(live, "tls.key"), Data(live, "ca.crt"), names);
        return new KeptSecret
        {
            Live = live,
            CertManagerCertificate = Note(live, CertManagerNote),
            Current = current,
            Fault = fault,
            Next = ServingPair.Read(Data(live, "next.crt"), Data(live, "next.key"), Data(live, "next-ca.crt"), names).Pair,
            HasNext = Data(live, "next.crt").Length > 0,
            Issuer = Note(live, IssuerNote),
            NextIssuer = Note(live, NextIssuerNote),
            Trust = TrustBundle.Read(Data(live, "ca.crt")),
            PublishedAt = live.Time("metadata", "annotations", Published),
            ChangedAt = live.Time("metadata", "annotations", Changed),
        };
    }

    /// <summary>Decodes an item of a Secret; empty where there is none.</summary>
    public static string Data(JsonObject? secret, string key)
    {
        var decoded = new byte[(secret.Text("data", key) ?? "").Length];
        return Convert.TryFromBase64String(secret.Text("data", key) ?? "", decoded, out var length) ? Encoding.UTF8.GetString(decoded, 0, length) : "";
    }

    /// <summary>The Secret as it should be, for a create or a replace that fails when somebody else wrote meanwhile.</summary>
    public JsonObject ToJson(CertificateSettings settings)
    {
        var body = (JsonObject?)Live?.DeepClone() ?? new JsonObject
        {
            ["apiVersion"] = ResourceTypes.Secrets.ApiVersion,
            ["kind"] = ResourceTypes.Secrets.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = settings.SecretName,
                ["namespace"] = settings.Namespace,
                ["labels"] = new JsonObject { ["app.kubernetes.io/name"] = "stash-certificates", ["app.kubernetes.io/part-of"] = "stash" },
            },
            ["type"] = "kubernetes.io/tls",
        };
        var data = Map(body, "data");
        // What cannot be served stays as it is until it is replaced: it may still be what a running pod serves.
        data["tls.crt"] = Current is null ? data["tls.crt"]?.DeepClone() ?? "" : Encode(Current.Certificate);
        data["tls.key"] = Current is null ? data["tls.key"]?.DeepClone() ?? "" : Encode(Current.Key);
        data["ca.crt"] = Encode(Trust.ToPem());
        Put(data, "next.crt", Next is null ? null : Encode(Next.Certificate));
        Put(data, "next.key", Next is null ? null : Encode(Next.Key));
        Put(data, "next-ca.crt", Next is null ? null : Encode(Next.Authority.ToPem()));
        var notes = Map(body["metadata"]!.AsObject(), "annotations");
        Put(notes, Published, Text(PublishedAt));
        Put(notes, Changed, Text(ChangedAt));
        Put(notes, IssuerNote, Issuer);
        Put(notes, NextIssuerNote, NextIssuer);
        return body;
    }

    private static string? Note(JsonObject? live, string name) => live.Text("metadata", "annotations", name);

    private static string? Text(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static JsonObject Map(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject map)
        {
            parent[name] = map = [];
        }

        return map;
    }

    private static void Put(JsonObject map, string name, string? value)
    {
        if (value is null)
        {
            map.Remove(name);
        }
        else
        {
            map[name] = value;
        }
    }
}
