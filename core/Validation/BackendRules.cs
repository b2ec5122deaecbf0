using Stash.Core.Api;

namespace Stash.Core.Validation;

/// <summary><c>spec.backend</c>: exactly one provider, with what it needs.</summary>
internal static class BackendRules
{
    public static void Check(Backend? backend, Findings findings)
    {
        var field = FieldPath.Spec["backend"];
        if (backend is null)
        {
            findings.Required(field, "say where the repository is");
            return;
        }

        NameRules.CheckName(backend.StorageSecretName, field["storageSecretName"], findings, "the Secret that holds RESTIC_PASSWORD and the provider's keys");
        CheckOneProvider(backend, field, findings);
        CheckLocal(backend.Local, field["local"], findings);
        CheckS3(backend.S3, field["s3"], findings);
        CheckBucket(backend.Gcs, field["gcs"], findings);
        CheckBucket(backend.B2, field["b2"], findings);
        CheckContainer(backend.Azure, field["azure"], findings);
        CheckContainer(backend.Swift, field["swift"], findings);
        CheckRest(backend.Rest, field["rest"], findings);
    }

    /// <summary>Names of the providers that are set.</summary>
    public static string[] Providers(Backend backend) =>
    [
        .. new (string Name, object? Value)[]
        {
            ("local", backend.Local), ("s3", backend.S3), ("gcs", backend.Gcs), ("azure", backend.Azure), ("swift", backend.Swift),
            ("b2", backend.B2), ("rest", backend.Rest),
        }.Where(provider => provider.Value is not null).Select(provider => provider.Name),
    ];

    private static void CheckOneProvider(Backend backend, FieldPath field, Findings findings)
    {
        var given = Providers(backend);
        if (given.Length == 0)
        {
            findings.Required(field, "set one of local, s3, gcs, azure, swift, b2, rest");
        }

        foreach (var further in given.Skip(1))
        {
            findings.Forbidden(field[further], $"may not be set together with {given[0]}: a repository is in one place");
        }
    }

    private static void CheckLocal(LocalBackend? local, FieldPath field, Findings findings)
    {
        if (local is null)
        {
            return;
        }

        var place = field["mountPath"];
        if (string.IsNullOrEmpty(local.MountPath))
        {
            findings.Required(place, "where the volume is mounted in the sidecar, for example /repository");
        }
        else if (PathForm.FaultOfAbsolute(local.MountPath) is { } fault)
        {
            findings.Invalid(place, local.MountPath, fault);
        }
        else if (local.MountPath == "/" || local.MountPath.Contains(':'))
        {
            findings.Invalid(place, local.MountPath, "must be a folder of its own, without ':', for example /repository");
        }
        else if (PathForm.ReservedNear(local.MountPath) is { } own)
        {
            findings.Invalid(place, local.MountPath, $"would cover {own}, which is the sidecar's own");
        }

        CheckFolder(local.SubPath, field["subPath"], findings);
        VolumeSourceRules.Check(local.VolumeSource, field, findings);
    }

    private static void CheckS3(S3Backend? s3, FieldPath field, Findings findings)
    {
        if (s3 is null)
        {
            return;
        }

        CheckBucketName(s3.Bucket, field["bucket"], findings);
        CheckFolder(s3.Prefix, field["prefix"], findings);
        if (string.IsNullOrWhiteSpace(s3.Endpoint))
        {
            findings.Required(field["endpoint"], "for example s3.amazonaws.com or https://minio.storage.svc:9000");
        }
        else
        {
            var url = s3.Endpoint.Contains("://", StringComparison.Ordinal) ? s3.Endpoint : $"https://{s3.Endpoint}";
            UrlRules.CheckHttp(url, field["endpoint"], "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", findings);
        }

        if (s3.InsecureTLS == true)
        {
            findings.Warn(field["insecureTLS"], "anybody on the way may pose as the server: put the CA into Secret key CA_CERT_DATA");
        }
    }

    private static void CheckBucket(BucketBackend? backend, FieldPath field, Findings findings)
    {
        if (backend is not null)
        {
            CheckBucketName(backend.Bucket, field["bucket"], findings);
            CheckFolder(backend.Prefix, field["prefix"], findings);
            CheckConnections(backend.MaxConnections, field["maxConnections"], findings);
        }
    }

    private static void CheckContainer(ContainerBackend? backend, FieldPath field, Findings findings)
    {
        if (backend is not null)
        {
            CheckBucketName(backend.Container, field["container"], findings);
            CheckFolder(backend.Prefix, field["prefix"], findings);
            CheckConnections(backend.MaxConnections, field["maxConnections"], findings);
        }
    }

    private static void CheckRest(RestBackend? rest, FieldPath field, Findings findings)
    {
        if (rest is null)
        {
            return;
        }

        if (string.IsNullOrWhiteSpace(rest.Url))
        {
            findings.Required(field["url"], "for example https://rest.backup.svc:8000/app");
            return;
        }

        UrlRules.CheckHttp(rest.Url, field["url"], "REST_SERVER_USERNAME and REST_SERVER_PASSWORD", findings);
    }

    private static void CheckBucketName(string? name, FieldPath field, Findings findings)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            findings.Required(field);
        }
        else if (name.AsSpan().IndexOfAny("/: \t\n") >= 0)
        {
            findings.Invalid(field, name, "must be the bare name, without '/', ':' or blanks; folders go into prefix");
        }
    }

    private static void CheckFolder(string? folder, FieldPath field, Findings findings)
    {
        if (folder is not null && folder.Split('/').Any(part => part is ".." or "."))
        {
            findings.Invalid(field, folder, "must not contain \".\" or \"..\"");
        }
    }

    private static void CheckConnections(long? count, FieldPath field, Findings findings)
    {
        if (count is < 0 and var number)
        {
            findings.Invalid(field, number, "must not be negative; 0 or none is restic's default");
        }
    }
}
