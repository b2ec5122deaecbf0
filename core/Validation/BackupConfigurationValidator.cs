using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.Validation;

/// <summary>What exists around a BackupConfiguration, as far as it was looked up. A null list was not looked up and is not checked.</summary>
public sealed record ConfigSurroundings
{
    /// <summary>Repositories of the namespaces that the config names.</summary>
    public IReadOnlyList<Repository>? Repositories { get; init; }

    /// <summary>Names of the Functions of the cluster.</summary>
    public IReadOnlyList<string>? FunctionNames { get; init; }

    /// <summary>Names of the Tasks of the cluster.</summary>
    public IReadOnlyList<string>? TaskNames { get; init; }

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
        if (string.IsNullOrEmpty(config.Spec.Schedule))
        {
            findings.Required(FieldPath.Spec["schedule"]);
        }

        return findings.ToResult();
    }
}
