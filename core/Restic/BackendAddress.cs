using System.Globalization;
using Stash.Core.Api;

namespace Stash.Core.Restic;

/// <summary>A Repository's backend in restic's words; holds no secret.</summary>
/// <param name="Repository">As restic's <c>-r</c> takes it.</param>
/// <param name="Environment">More environment.</param>
/// <param name="GlobalArgs">Options before the verb.</param>
public sealed record BackendAddress(string Repository, IReadOnlyDictionary<string, string> Environment, IReadOnlyList<string> GlobalArgs)
{
    private static readonly IReadOnlyDictionary<string, string> NoEnvironment = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Translates a valid backend, as restic's manual "Preparing a new repository" writes each provider.</summary>
    /// <exception cref="ArgumentException">The backend names no provider, or the provider lacks a required field.</exception>
    public static BackendAddress For(Backend backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        return backend switch
        {
            { Local: { } local } => Plain(ForLocal(local)),
            { S3: { } s3 } => ForS3(s3),
            { Gcs: { } gcs } => Bucket("gs", Required(gcs.Bucket, "gcs.bucket"), gcs.Prefix, gcs.MaxConnections),
            { Azure: { } azure } => Bucket("azure", Required(azure.Container, "azure.container"), azure.Prefix, azure.MaxConnections),
            { Swift: { } swift } => Bucket("swift", Required(swift.Container, "swift.container"), swift.Prefix, swift.MaxConnections),
            { B2: { } b2 } => Bucket("b2", Required(b2.Bucket, "b2.bucket"), b2.Prefix, b2.MaxConnections),
            { Rest: { } rest } => Plain(ForRest(Required(rest.Url, "rest.url"))),
            _ => throw new ArgumentException("spec.backend: Required value: name one of local, s3, gcs, azure, swift, b2, rest", nameof(backend)),
        };
    }

    private static string ForLocal(LocalBackend local)
    {
        var mount = Required(local.MountPath, "local.mountPath").TrimEnd('/');
        var sub = (local.SubPath ?? "").Trim('/');
        return sub.Length == 0 ? (mount.Length == 0 ? "/" : mount) : $"{mount}/{sub}";
    }

    private static BackendAddress ForS3(S3Backend s3)
    {
        var endpoint = Required(s3.Endpoint, "s3.endpoint").TrimEnd('/');
        var bucket = Required(s3.Bucket, "s3.bucket").Trim('/');
        var prefix = (s3.Prefix ?? "").Trim('/');
        var repository = prefix.Length == 0 ? $"s3:{endpoint}/{bucket}" : $"s3:{endpoint}/{bucket}/{prefix}";
        var environment = string.IsNullOrEmpty(s3.Region)
            ? NoEnvironment
            : new Dictionary<string, string>(StringComparer.Ordinal) { ["AWS_DEFAULT_REGION"] = s3.Region };
        return new(repository, environment, s3.InsecureTLS == true ? ["--insecure-tls"] : []);
    }

    private static BackendAddress Bucket(string scheme, string bucket, string? prefix, long? connections)
    {
        var repository = $"{scheme}:{bucket}:/{(prefix ?? "").Trim('/')}";
        return connections is { } most and > 0
            ? new(repository, NoEnvironment, ["-o", string.Create(CultureInfo.InvariantCulture, $"{scheme}.connections={most}")])
            : Plain(repository);
    }

    private static string ForRest(string url)
    {
        var bare = url.StartsWith("rest:", StringComparison.Ordinal) ? url["rest:".Length..] : url;
        return "rest:" + (bare.EndsWith('/') ? bare : bare + "/");
    }

    private static BackendAddress Plain(string repository) => new(repository, NoEnvironment, []);

    private static string Required(string? value, string field) => string.IsNullOrEmpty(value)
        ? throw new ArgumentException($"spec.backend.{field}: Required value")
        : value;
}
