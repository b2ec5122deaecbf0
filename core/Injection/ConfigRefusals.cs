using Stash.Core.Api;

namespace Stash.Core.Injection;

/// <summary>Reasons in a config and its Repository for leaving every pod as it is.</summary>
internal static class ConfigRefusals
{
    /// <summary>The first that applies; null when a sidecar is wanted.</summary>
    public static InjectionSkip? Find(InjectionRequest request, string name)
    {
        if (request.Config is not { } config)
        {
            return request.ConfigFaults is { IsValid: false } unread
                ? Invalid(name, unread)
                : request.Batch is not null ? SkipReasons.NoMember.For(name, Owner(request))
                : SkipReasons.ConfigNotFound.For(name, request.Namespace);
        }

        return OfConfig(request, config.Spec, name) ?? OfRepository(request, config.Spec, name);
    }

    private static InjectionSkip? OfConfig(InjectionRequest request, BackupConfigurationSpec spec, string name)
    {
        if (request.ConfigFaults is { IsValid: false } faults)
        {
            return Invalid(name, faults);
        }

        if (spec.Task is { } task)
        {
            return SkipReasons.TaskModel.For(name, task.Name ?? "");
        }

        if (spec.Driver == "VolumeSnapshotter")
        {
            return SkipReasons.SnapshotDriver.For(name);
        }

        return spec.Target switch
        {
            null => SkipReasons.ConfigInvalid.For(name, "spec.target: Required value"),
            { Ref.Kind: "PersistentVolumeClaim" } => SkipReasons.VolumeTarget.For(name, "PersistentVolumeClaim"),
            { Sidecar: { } custom } when request.Function is null => SkipReasons.FunctionNotFound.For(custom.FunctionName ?? "", name),
            _ => null,
        };
    }

    private static InjectionSkip? OfRepository(InjectionRequest request, BackupConfigurationSpec spec, string name)
    {
        if (spec.Repositories is not [{ Name.Length: > 0 } reference, ..])
        {
            return SkipReasons.ConfigInvalid.For(name, "spec.repository: Required value");
        }

        var ns = string.IsNullOrEmpty(reference.Namespace) ? request.Namespace : reference.Namespace;
        if (request.Repository is not { } repository)
        {
            return SkipReasons.RepositoryNotFound.For(reference.Name, ns);
        }

        // A selector's namespaces are judged when the config is admitted: it needs the namespace's labels.
        var isOpen = repository.Spec.UsagePolicy?.AllowedNamespaces?.From is "All" or "Selector";
        if (ns != request.Namespace && !isOpen)
        {
            return SkipReasons.RepositoryNotAllowed.For(reference.Name, ns, request.Namespace);
        }

        return SidecarVolumes.Fault(repository.Spec.Backend) is { } fault ? SkipReasons.RepositoryInvalid.For(reference.Name, fault) : null;
    }

    private static string Owner(InjectionRequest request) =>
        request.Pod.Object("metadata").Objects("ownerReferences").FirstOrDefault(owner => owner.Flag("controller") == true) is { } owner
            ? $"{owner.Text("kind")} {owner.Text("name")}"
            : "a pod without a workload";

    private static InjectionSkip Invalid(string name, Validation.ValidationResult faults) =>
        SkipReasons.ConfigInvalid.For(name, $"{faults.Faults[0].Field}: {faults.Faults[0].Detail}");
}
