using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Functions;

namespace Stash.Core.Validation;

/// <summary>What exists around a BackupConfiguration, as far as it was looked up. A null list was not looked up and is not checked.</summary>
public sealed record ConfigSurroundings
{
    /// <summary>Repositories of the namespaces that the config names.</summary>
    public IReadOnlyList<Repository>? Repositories { get; init; }

    /// <summary>The Functions of the cluster; one that cannot be read has a name and nothing else.</summary>
    public IReadOnlyList<Function>? Functions { get; init; }

    /// <summary>The Tasks of the cluster; one that cannot be read has a name and nothing else.</summary>
    public IReadOnlyList<TaskDefinition>? Tasks { get; init; }

    /// <summary>The workload that <c>target.ref</c> names; null when it was not looked up or does not exist yet.</summary>
    public JsonObject? Workload { get; init; }

    /// <summary>Labels of the config's namespace, for a Repository's usagePolicy.</summary>
    public IReadOnlyDictionary<string, string>? NamespaceLabels { get; init; }

    /// <summary>Missing references become warnings.</summary>
    public bool AllowMissing { get; init; }
}

/// <summary>Judges a BackupConfiguration; pure.</summary>
public static class BackupConfigurationValidator
{
    /// <summary>Collects every fault and warning.</summary>
    public static ValidationResult Validate(BackupConfiguration config, ConfigSurroundings surroundings)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(surroundings);
        var findings = new Findings();
        var spec = config.Spec;
        ScheduleRules.Check(config, findings);
        CheckDriver(spec.Driver, findings);
        var repository = RepositoryReferenceRules.Check(config, surroundings, findings);
        if (repository?.Spec.Backend?.Local?.VolumeSource?.ContainsKey("emptyDir") == true)
        {
            findings.Warn(FieldPath.Spec["repository"], "its volume is an emptyDir: the snapshots die with the pod");
        }

        var variables = Variables.Of(config, repository ?? new Repository());
        TargetRules.Check(config, surroundings, repository, variables, findings);
        RetentionRules.Check(spec.RetentionPolicy, FieldPath.Spec["retentionPolicy"], findings);
        SessionLimitRules.Check(spec, findings);
        HookRules.Check(spec.Hooks, surroundings, variables.InSession(), findings);
        RuntimeRules.Check(spec, findings);
        WorkloadRules.Check(config, surroundings.Workload, findings);
        return findings.ToResult();
    }

    private static void CheckDriver(string? driver, Findings findings)
    {
        if (driver == Drivers.VolumeSnapshotter)
        {
            findings.Warn(FieldPath.Spec["driver"], "VolumeSnapshotter is not run by this version: nothing is backed up");
        }
        else if (driver is not (null or Drivers.Restic))
        {
            findings.NotSupported(FieldPath.Spec["driver"], driver, Drivers.Restic, Drivers.VolumeSnapshotter);
        }
    }
}
