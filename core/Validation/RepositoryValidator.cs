using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.Validation;

/// <summary>Judges a Repository; pure.</summary>
public static class RepositoryValidator
{
    /// <summary>Collects every fault and warning.</summary>
    /// <param name="repository">The object.</param>
    /// <param name="old">On an update, what it was: a repository's place must not change under its snapshots.</param>
    public static ValidationResult Validate(Repository repository, Repository? old = null)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var findings = new Findings();
        BackendRules.Check(repository.Spec.Backend, findings);
        CheckWipeOut(repository.Spec, findings);
        CheckUsage(repository.Spec.UsagePolicy?.AllowedNamespaces, findings);
        if (old is not null)
        {
            CheckUpdate(repository, old, findings);
        }

        return findings.ToResult();
    }

    private static void CheckWipeOut(RepositorySpec spec, Findings findings)
    {
        if (spec.WipeOut != true)
        {
            return;
        }

        var field = FieldPath.Spec["wipeOut"];
        if (spec.Backend?.Local is not null || spec.Backend?.B2 is not null)
        {
            findings.Forbidden(field, "may not be true for a local or B2 backend: remove its data by hand");
        }
        else
        {
            findings.Warn(field, "not acted on by this version: the data stays when the Repository is deleted");
        }
    }

    private static void CheckUsage(AllowedNamespaces? rule, Findings findings)
    {
        var field = FieldPath.Spec["usagePolicy"]["allowedNamespaces"];
        if (rule?.From is not (null or UsageScopes.Same or UsageScopes.All or UsageScopes.Selector))
        {
            findings.NotSupported(field["from"], rule.From, UsageScopes.Same, UsageScopes.All, UsageScopes.Selector);
        }

        if (rule?.From == UsageScopes.Selector && rule.Selector is null)
        {
            findings.Required(field["selector"], "says which namespaces by their labels");
        }
        else if (rule is { Selector: { } selector })
        {
            LabelSelector.Check(selector, field["selector"], findings);
            if (rule.From != UsageScopes.Selector)
            {
                findings.Warn(field["selector"], "has no effect unless from is Selector");
            }
        }
    }

    private static void CheckUpdate(Repository repository, Repository old, Findings findings)
    {
        var first = old.Status?.FirstBackupTime ?? repository.Status?.FirstBackupTime;
        if (first is null || repository.Spec.Backend is not { } now || old.Spec.Backend is not { } before)
        {
            return;
        }

        if (!JsonNode.DeepEquals(Place(now), Place(before)))
        {
            findings.Forbidden(
                FieldPath.Spec["backend"],
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"may not change place: it holds snapshots since {first.Value.UtcDateTime:yyyy-MM-dd}; make another Repository for the new place"));
        }
        else if (now.StorageSecretName != before.StorageSecretName)
        {
            findings.Warn(FieldPath.Spec["backend"]["storageSecretName"], "the new Secret must hold a password that opens the repository");
        }
    }

    /// <summary>What makes another repository of it, without what only says how it is reached.</summary>
    private static JsonNode? Place(Backend backend) => System.Text.Json.JsonSerializer.SerializeToNode(
        backend with
        {
            StorageSecretName = null,
            Local = backend.Local is { } local ? local with { MountPath = null } : null,
            S3 = backend.S3 is { } s3 ? s3 with { InsecureTLS = null } : null,
            Gcs = backend.Gcs is { } gcs ? gcs with { MaxConnections = null } : null,
            B2 = backend.B2 is { } b2 ? b2 with { MaxConnections = null } : null,
            Azure = backend.Azure is { } azure ? azure with { MaxConnections = null } : null,
            Swift = backend.Swift is { } swift ? swift with { MaxConnections = null } : null,
        },
        StashJson.Default.Backend);
}
