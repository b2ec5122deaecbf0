using Stash.Core.Api;

namespace Stash.Core.Validation;

/// <summary><c>spec.repository</c>: one name, that exists and may be used from here.</summary>
internal static class RepositoryReferenceRules
{
    /// <summary>Judges the reference.</summary>
    /// <returns>The Repository that is meant, where it was looked up and found.</returns>
    public static Repository? Check(BackupConfiguration config, ConfigSurroundings surroundings, Findings findings)
    {
        var list = FieldPath.Spec["repository"];
        var references = config.Spec.Repositories ?? [];
        if (references.Count == 0)
        {
            if (config.Spec.Repositories is not null || config.Spec.Driver != Drivers.VolumeSnapshotter)
            {
                findings.Required(list, "name the Repository that is to hold the snapshots");
            }

            return null;
        }

        if (references.Count > 1)
        {
            findings.TooMany(list, references.Count, 1, "make a BackupConfiguration for each further Repository");
        }

        var field = config.ApiVersion == StashApi.V1Beta1 ? list : list[0];
        var reference = references[0];
        if (reference.Namespace is { } place && !NameRules.IsLabel(place))
        {
            findings.Invalid(field["namespace"], place, NameRules.LabelForm);
            return null;
        }

        return NameRules.CheckName(reference.Name, field["name"], findings)
            ? CheckExists(reference, field, config, surroundings, findings)
            : null;
    }

    private static Repository? CheckExists(
        RepositoryReference reference, FieldPath field, BackupConfiguration config, ConfigSurroundings surroundings, Findings findings)
    {
        if (surroundings.Repositories is not { } existing)
        {
            return null;
        }

        var own = config.Metadata.Namespace ?? "";
        var place = reference.Namespace ?? own;
        var found = existing.FirstOrDefault(one => one.Metadata.Name == reference.Name && (one.Metadata.Namespace ?? own) == place);
        if (found is null)
        {
            ReportMissing(reference.Name!, place, field, existing, own, surroundings.AllowMissing, findings);
            return null;
        }

        if (place != own)
        {
            CheckUsage(found, place, own, field, surroundings, findings);
        }

        if (found.Metadata.DeletionTimestamp is not null)
        {
            findings.Warn(field["name"], $"Repository {reference.Name} is being deleted");
        }

        return found;
    }

    private static void ReportMissing(
        string name, string place, FieldPath field, IReadOnlyList<Repository> existing, string own, bool allowMissing, Findings findings)
    {
        var elsewhere = existing.FirstOrDefault(one => one.Metadata.Name == name);
        if (elsewhere is not null && !allowMissing)
        {
            findings.Add(new Fault(
                field["name"].Text, FaultType.NotFound, $"(it is in namespace {elsewhere.Metadata.Namespace}: set {field["namespace"]})", name));
            return;
        }

        var names = existing.Where(one => (one.Metadata.Namespace ?? own) == place).Select(one => one.Metadata.Name ?? "");
        findings.NotFound(field["name"], "Repository", name, names, allowMissing);
    }

    private static void CheckUsage(Repository found, string place, string own, FieldPath field, ConfigSurroundings surroundings, Findings findings)
    {
        var rule = found.Spec.UsagePolicy?.AllowedNamespaces;
        var allowed = rule?.From switch
        {
            UsageScopes.All => true,
            UsageScopes.Selector => surroundings.NamespaceLabels is not { } labels || rule.Selector is { } selector && LabelSelector.Matches(selector, labels),
            _ => false,
        };
        if (!allowed)
        {
            var how = rule?.From == UsageScopes.Selector
                ? "its selector does not match that namespace's labels"
                : "set its spec.usagePolicy.allowedNamespaces.from to All or Selector, or use a Repository of this namespace";
            findings.Forbidden(field, $"Repository {place}/{found.Metadata.Name} may not be used from namespace {own}: {how}");
            return;
        }

        findings.Warn(field, $"Secret {found.Spec.Backend?.StorageSecretName} must exist in namespace {own} too: pods mount no other's");
    }
}
