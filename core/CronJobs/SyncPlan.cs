using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Core.Injection;
using Stash.Core.Validation;

namespace Stash.Core.CronJobs;

/// <summary>What sync found, or what stands in the given files.</summary>
public sealed record SyncInput
{
    /// <summary>BackupConfigurations and BackupBatches, as JSON, each with its kind.</summary>
    public required IReadOnlyList<JsonObject> Configs { get; init; }

    /// <summary>Repositories of every namespace that the configs name, as JSON.</summary>
    public required IReadOnlyList<JsonObject> Repositories { get; init; }

    /// <summary>The Functions of the cluster; null where no config names one, and then none was looked up.</summary>
    public IReadOnlyList<Function>? Functions { get; init; }

    /// <summary>CronJobs, ServiceAccounts and RoleBindings with <see cref="Ownership.Selector"/>, each with apiVersion and kind.</summary>
    public IReadOnlyList<JsonObject> Live { get; init; } = [];

    /// <summary>Labels of namespaces by name, for a Repository's usagePolicy; one that is missing was not looked up.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> NamespaceLabels { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>The Tasks of the cluster; null where no config names one, and then none was looked up.</summary>
    public IReadOnlyList<TaskDefinition>? Tasks { get; init; }

    /// <summary>This installation's settings.</summary>
    public required CronJobSettings Settings { get; init; }
}

/// <summary>An object to apply, and whether a live one already is what it asks for.</summary>
/// <param name="Body">Canonical, with its hash.</param>
/// <param name="Current">True when there is nothing to write.</param>
public sealed record PlannedObject(JsonObject Body, bool Current);

/// <summary>What is to be done for one config.</summary>
/// <param name="Config">The config as it was found.</param>
/// <param name="Apply">In this order. Empty while the config is not ready: what it had stays as it was.</param>
/// <param name="Delete">Live objects of this config that are no longer wanted.</param>
/// <param name="Phase">Phase of its status, when all this succeeds.</param>
/// <param name="Conditions">Conditions of its status, when all this succeeds; without times.</param>
public sealed record ConfigPlan(
    JsonObject Config,
    IReadOnlyList<PlannedObject> Apply,
    IReadOnlyList<JsonObject> Delete,
    string Phase,
    IReadOnlyList<Condition> Conditions)
{
    /// <summary>What an <c>@every</c> schedule counts from: the live CronJob's last scheduled time, else its creation; null where there is none yet.</summary>
    public DateTimeOffset? ScheduleAnchor { get; init; }

    /// <summary>Kind of the config: BackupConfiguration or BackupBatch.</summary>
    public string Kind => Config["kind"]?.GetValue<string>() ?? BackupConfiguration.KindName;

    /// <summary>Namespace of the config.</summary>
    public string Namespace => Config["metadata"]?["namespace"]?.GetValue<string>() ?? "default";

    /// <summary>Name of the config.</summary>
    public string Name => Config["metadata"]?["name"]?.GetValue<string>() ?? "";

    /// <summary>The first sentence of what is wrong; null when nothing is.</summary>
    public string? Trouble => Conditions.FirstOrDefault(condition => condition.Status == "False")?.Message;
}

/// <summary>
/// Turns configs and what is live into operations; pure, so that the same plan made from files is what <c>render</c> prints. A config
/// that is invalid, or whose Repository or Function is missing, keeps the CronJob that it had: its runs then fail and say why, which is seen,
/// where a CronJob that vanished is not.
/// </summary>
public static class SyncPlan
{
    /// <summary>Plans for every config that is not being deleted, by namespace and name.</summary>
    public static IReadOnlyList<ConfigPlan> Make(SyncInput input)
    {
        var repositories = Repositories(input);
        var live = input.Live.GroupBy(Place, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        return
        [
            .. input.Configs
                .Where(config => config["metadata"]?["deletionTimestamp"] is null)
                .Select(config => ForOne(config, repositories, live, input))
                .Select(plan => plan with { ScheduleAnchor = Anchor(plan, live) })
                .OrderBy(plan => plan.Namespace, StringComparer.Ordinal)
                .ThenBy(plan => plan.Name, StringComparer.Ordinal)
                .ThenByDescending(plan => plan.Kind, StringComparer.Ordinal),
        ];
    }

    private static ConfigPlan ForOne(
        JsonObject json, IReadOnlyList<Repository> repositories, Dictionary<string, JsonObject> live, SyncInput input)
    {
        var (read, faults) = Invoker.Read(json);
        if (read is not { } invoker)
        {
            return NotApplied(json, ConfigConditions.Invalid(faults));
        }

        var config = invoker.Whole;
        var ns = Ownership.NamespaceOf(config);
        var reference = config.Spec.Repositories is [{ } first, ..] ? first : null;
        var repository = repositories.FirstOrDefault(candidate =>
            candidate.Metadata.Name == reference?.Name && candidate.Metadata.Namespace == (reference?.Namespace ?? ns));
        var surroundings = new ConfigSurroundings
        {
            Repositories = repository is null ? null : repositories,
            NamespaceLabels = input.NamespaceLabels.GetValueOrDefault(ns),
        };
        var result = invoker.Validate(surroundings);
        if (!result.IsValid)
        {
            return NotApplied(json, ConfigConditions.Invalid(result.Faults));
        }

        if (repository is null)
        {
            return NotApplied(json, ConfigConditions.WithoutRepository(reference?.Namespace ?? ns, reference?.Name));
        }

        var named = invoker.Validate(surroundings with { Functions = input.Functions, Tasks = input.Tasks });
        if (!named.IsValid)
        {
            return NotApplied(json, ConfigConditions.WithoutFunction(named.Faults));
        }

        if (!TryBuild(invoker, repository, input.Settings, out var wanted, out var fault))
        {
            return NotApplied(json, ConfigConditions.Invalid([fault]));
        }

        var places = wanted.Select(Place).ToHashSet(StringComparer.Ordinal);
        return new ConfigPlan(
            json,
            [.. wanted.Select(body => new PlannedObject(body, live.TryGetValue(Place(body), out var there) && AppliedObject.IsCurrent(body, there)))],
            [.. live.Where(entry => BelongsTo(entry.Value, ns, config) && !places.Contains(entry.Key)).Select(entry => entry.Value)],
            ConfigConditions.Ready,
            ConfigConditions.AllGood(config, repository));
    }

    /// <summary>What is applied for a config: its access first, so that a Job never starts without it. What cannot be built stops no other config.</summary>
    private static bool TryBuild(
        Invoker invoker, Repository repository, CronJobSettings settings, out List<JsonObject> wanted, [NotNullWhen(false)] out Fault? fault)
    {
        try
        {
            wanted = [.. RunAccess.Build(invoker.Whole, settings).Append(CronJobBuilder.Build(invoker, repository, settings)).Select(AppliedObject.Stamp)];
            fault = null;
            return true;
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException or InvalidOperationException)
        {
            wanted = [];
            fault = new Fault("spec", FaultType.Invalid, wrong.Message);
            return false;
        }
    }

    private static ConfigPlan NotApplied(JsonObject config, (string Phase, IReadOnlyList<Condition> Conditions) status) =>
        new(config, [], [], status.Phase, status.Conditions);

    private static DateTimeOffset? Anchor(ConfigPlan plan, Dictionary<string, JsonObject> live)
    {
        var cronJob = live.GetValueOrDefault($"CronJob/{plan.Namespace}/{ObjectNames.CronJob(plan.Kind, plan.Name)}");
        var text = (cronJob.Object("status").Text("lastScheduleTime") ?? cronJob.Object("metadata").Text("creationTimestamp")) ?? "";
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    private static IReadOnlyList<Repository> Repositories(SyncInput input) =>
    [
        .. input.Repositories
            .Select(json => ObjectReader.Read(json, StashJson.Default.Repository).Value)
            .OfType<Repository>()
            .Select(repository => repository.Metadata.Namespace is { Length: > 0 }
                ? repository
                : repository with { Metadata = repository.Metadata with { Namespace = "default" } }),
    ];

    private static bool BelongsTo(JsonObject live, string ns, BackupConfiguration config) =>
        live["metadata"]?["namespace"]?.GetValue<string>() == ns
        && Ownership.LabelsFor(config).All(label => JsonNode.DeepEquals(live["metadata"]?["labels"]?[label.Key], label.Value));

    private static string Place(JsonObject o) => $"{o["kind"]}/{o["metadata"]?["namespace"]}/{o["metadata"]?["name"]}";
}
