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
        if (repository.Spec.Backend is null)
        {
            findings.Required(FieldPath.Spec["backend"]);
        }

        return findings.ToResult();
    }
}
