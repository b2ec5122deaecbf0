using Stash.Core.Api;

namespace Stash.Core.Validation;

/// <summary>Judges a BackupSession; pure.</summary>
public static class BackupSessionValidator
{
    /// <summary>Collects every fault and warning.</summary>
    /// <param name="session">The object.</param>
    /// <param name="old">On an update, what it was: the spec is immutable.</param>
    /// <param name="invokerNames">Names of the BackupConfigurations of the namespace; null when not looked up.</param>
    public static ValidationResult Validate(BackupSession session, BackupSession? old = null, IReadOnlyList<string>? invokerNames = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        var findings = new Findings();
        if (session.Spec.Invoker is null)
        {
            findings.Required(FieldPath.Spec["invoker"]);
        }

        return findings.ToResult();
    }
}
