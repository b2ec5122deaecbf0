using Stash.Core.Api;

namespace Stash.Core.Validation;

/// <summary>Judges a BackupSession; pure.</summary>
public static class BackupSessionValidator
{
    /// <summary>Collects every fault and warning.</summary>
    /// <param name="session">The object.</param>
    /// <param name="old">On an update, what it was: the spec is immutable.</param>
    /// <param name="invokerNames">Names of the objects of the invoker's kind in the namespace; null when not looked up.</param>
    public static ValidationResult Validate(BackupSession session, BackupSession? old = null, IReadOnlyList<string>? invokerNames = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        var findings = new Findings();
        if (old is not null)
        {
            if (session.Spec != old.Spec)
            {
                findings.Forbidden(FieldPath.Spec, "may not change once the session exists: create another BackupSession");
            }

            return findings.ToResult();
        }

        if (session.Spec.RetryLeft is < 0 and var left)
        {
            findings.Invalid(FieldPath.Spec["retryLeft"], left, "must not be negative");
        }

        CheckInvoker(session.Spec.Invoker, invokerNames, findings);
        return findings.ToResult();
    }

    private static void CheckInvoker(InvokerReference? invoker, IReadOnlyList<string>? names, Findings findings)
    {
        var field = FieldPath.Spec["invoker"];
        if (invoker is null)
        {
            findings.Required(field, "name the BackupConfiguration or BackupBatch that is to be run");
            return;
        }

        if (invoker.ApiGroup is not (null or StashApi.Group))
        {
            findings.NotSupported(field["apiGroup"], invoker.ApiGroup, StashApi.Group);
        }

        var named = NameRules.CheckName(invoker.Name, field["name"], findings);
        switch (invoker.Kind)
        {
            case null or "":
                findings.Required(field["kind"], $"{BackupConfiguration.KindName} or {BackupBatch.KindName}");
                break;
            case BackupConfiguration.KindName or BackupBatch.KindName:
                if (named && names is not null && !names.Contains(invoker.Name!, StringComparer.Ordinal))
                {
                    findings.NotFound(field["name"], invoker.Kind, invoker.Name!, names);
                }

                break;
            default:
                findings.NotSupported(field["kind"], invoker.Kind, BackupConfiguration.KindName, BackupBatch.KindName);
                break;
        }
    }
}
