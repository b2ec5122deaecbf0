using Stash.Core.Api;
using Stash.Core.Functions;

namespace Stash.Core.Validation;

/// <summary><c>spec.target</c> and <c>spec.task</c>: what is backed up, and by whom.</summary>
internal static class TargetRules
{
    /// <summary>Kinds whose pods take a sidecar, and the API group of each.</summary>
    private static readonly Dictionary<string, string> SidecarKinds = new(StringComparer.Ordinal)
    {
        ["Deployment"] = "apps/v1", ["StatefulSet"] = "apps/v1", ["DaemonSet"] = "apps/v1", ["ReplicaSet"] = "apps/v1",
        ["ReplicationController"] = "v1", ["Job"] = "batch/v1", ["CronJob"] = "batch/v1",
    };

    private static readonly string[] SidecarKindNames = [.. SidecarKinds.Keys];

    public static void Check(
        BackupConfiguration config,
        ConfigSurroundings surroundings,
        Repository? repository,
        IReadOnlyDictionary<string, string> variables,
        Findings findings)
    {
        var spec = config.Spec;
        var field = FieldPath.Spec["target"];
        var byTask = spec.Task is not null;
        if (spec.Task is { } task)
        {
            TaskRules.Check(task, surroundings, variables.InSession(), findings);
        }

        if (spec.Target is not { } target)
        {
            if (!byTask)
            {
                findings.Required(field, "name the workload in spec.target.ref and its folders in spec.target.paths");
            }

            return;
        }

        if (byTask)
        {
            TaskRules.CheckLists(target, field, findings);
        }

        CheckReference(target.Ref, field["ref"], config, byTask || spec.Driver == Drivers.VolumeSnapshotter, findings);
        if (target.Alias is { } alias && !NameRules.IsLabel(alias))
        {
            findings.Invalid(field["alias"], alias, $"becomes restic's host name: {NameRules.LabelForm}");
        }

        CheckSidecar(target, field["sidecar"], byTask, surroundings, variables, findings);
        CheckSnapshotter(spec.Driver, target, field, findings);
        PathRules.Check(spec, target, repository?.Spec.Backend?.Local, field, findings);
        CheckExclude(target.Exclude ?? [], field["exclude"], findings);
        ResticArgumentRules.Check(target.Args ?? [], field["args"], findings);
    }

    private static void CheckReference(TargetReference? reference, FieldPath field, BackupConfiguration config, bool anyKind, Findings findings)
    {
        if (reference is null)
        {
            findings.Required(field, "name the workload by apiVersion, kind and name");
            return;
        }

        if (string.IsNullOrEmpty(reference.ApiVersion))
        {
            findings.Required(field["apiVersion"], $"for example {SidecarKinds.GetValueOrDefault(reference.Kind ?? "", "apps/v1")}");
        }

        NameRules.CheckName(reference.Name, field["name"], findings);
        if (reference.Namespace is { } place && place != (config.Metadata.Namespace ?? place))
        {
            findings.Forbidden(field["namespace"], $"may only be the config's own namespace {config.Metadata.Namespace}: make a config in namespace {place}");
        }

        if (string.IsNullOrEmpty(reference.Kind))
        {
            findings.Required(field["kind"], "for example StatefulSet");
        }
        else if (!anyKind)
        {
            CheckKind(reference, field, findings);
        }
    }

    private static void CheckKind(TargetReference reference, FieldPath field, Findings findings)
    {
        if (!SidecarKinds.TryGetValue(reference.Kind!, out var apiVersion))
        {
            findings.NotSupported(field["kind"], reference.Kind!, SidecarKindNames);
        }
        else if (!string.IsNullOrEmpty(reference.ApiVersion) && reference.ApiVersion != apiVersion)
        {
            findings.Invalid(field["apiVersion"], reference.ApiVersion, $"must be {apiVersion} for a {reference.Kind}");
        }
    }

    private static void CheckSidecar(
        BackupTarget target, FieldPath field, bool byTask, ConfigSurroundings surroundings, IReadOnlyDictionary<string, string> variables, Findings findings)
    {
        if (target.Sidecar is not { } sidecar)
        {
            return;
        }

        if (byTask)
        {
            findings.Forbidden(field, "may not be set together with spec.task");
        }

        FunctionRules.CheckSidecar(sidecar, field, surroundings, variables, findings);
    }

    private static void CheckSnapshotter(string? driver, BackupTarget target, FieldPath field, Findings findings)
    {
        if (target.Replicas is < 1 and var replicas)
        {
            findings.Invalid(field["replicas"], replicas, "must be 1 or more");
        }

        if (driver != Drivers.VolumeSnapshotter && (target.Replicas is not null || target.SnapshotClassName is not null))
        {
            findings.Warn(field, "replicas and snapshotClassName have no effect with driver Restic");
        }
    }

    private static void CheckExclude(IReadOnlyList<string> patterns, FieldPath field, Findings findings)
    {
        for (var i = 0; i < patterns.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(patterns[i]))
            {
                findings.Invalid(field[i], patterns[i], "must not be empty");
            }
            else if (patterns[i] is "/" or "*" or "/*" or "**" or "/**")
            {
                findings.Invalid(field[i], patterns[i], "excludes everything: the snapshot would be empty");
            }
        }
    }
}
