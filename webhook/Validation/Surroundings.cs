using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Core.Functions;
using Stash.Core.Kubernetes;
using Stash.Core.Validation;
using Stash.Webhook.Options;

namespace Stash.Webhook.Validation;

/// <summary>Looks up what an object refers to. What cannot be looked up is not judged, and a warning says so.</summary>
internal sealed class Surroundings(IKubernetesClient kubernetes, WebhookOptions options, TimeProvider time, ILogger<Surroundings> log)
{
    private const string Unchecked = "the Kubernetes API did not answer in time: references to other objects were not checked";

    private static readonly ResourceType[] Workloads =
    [
        ResourceTypes.Deployments, ResourceTypes.StatefulSets, ResourceTypes.DaemonSets, ResourceTypes.ReplicaSets,
        ResourceTypes.ReplicationControllers, ResourceTypes.Jobs, ResourceTypes.CronJobs,
    ];

    /// <summary>What surrounds a config.</summary>
    public Task<(ConfigSurroundings Found, string? Warning)> OfConfigAsync(BackupConfiguration config, string ns, CancellationToken cancellationToken) =>
        WithinAsync(
            new ConfigSurroundings(),
            async token => await FindAsync(config, [config.Spec], ns, token) with { Workload = await WorkloadAsync(config.Spec.Target?.Ref, ns, token) },
            cancellationToken);

    /// <summary>What surrounds a batch, and the workloads of its members in their order.</summary>
    public Task<((ConfigSurroundings Around, IReadOnlyList<JsonObject?> Workloads) Found, string? Warning)> OfBatchAsync(
        BackupBatch batch, string ns, CancellationToken cancellationToken) =>
        WithinAsync<(ConfigSurroundings, IReadOnlyList<JsonObject?>)>((new(), []), token => FindAsync(batch, ns, token), cancellationToken);

    /// <summary>Names of the BackupConfigurations or BackupBatches of a namespace; null when they could not be looked up.</summary>
    public Task<(IReadOnlyList<string>? Found, string? Warning)> InvokerNamesAsync(string? kind, string ns, CancellationToken cancellationToken) =>
        WithinAsync<IReadOnlyList<string>?>(
            null,
            async token => (await ListAsync(kind == BackupBatch.KindName ? ResourceTypes.BackupBatches : ResourceTypes.BackupConfigurations, ns, token))
                .ConvertAll(json => (string)json["metadata"]!["name"]!),
            cancellationToken);

    /// <summary>The Functions of the cluster; null when they could not be looked up.</summary>
    public Task<(IReadOnlyList<Function>? Found, string? Warning)> FunctionsAsync(CancellationToken cancellationToken) =>
        WithinAsync<IReadOnlyList<Function>?>(null, async token => await AllFunctionsAsync(token), cancellationToken);

    private async Task<(ConfigSurroundings Around, IReadOnlyList<JsonObject?> Workloads)> FindAsync(BackupBatch batch, string ns, CancellationToken cancellationToken)
    {
        var (whole, members) = (BatchMembers.Whole(batch), BatchMembers.Of(batch));
        var around = await FindAsync(whole, [whole.Spec, .. members.Select(member => member.Spec)], ns, cancellationToken);
        var workloads = new List<JsonObject?>();
        foreach (var member in members.Take(MemberRules.Most))
        {
            workloads.Add(await WorkloadAsync(member.Spec.Target?.Ref, ns, cancellationToken));
        }

        return (around, workloads);
    }

    private async Task<ConfigSurroundings> FindAsync(
        BackupConfiguration config, IReadOnlyList<BackupTemplate> templates, string ns, CancellationToken cancellationToken)
    {
        var namespaces = (config.Spec.Repositories ?? []).Select(one => string.IsNullOrEmpty(one.Namespace) ? ns : one.Namespace).Distinct(StringComparer.Ordinal).ToArray();
        var repositories = new List<Repository>();
        foreach (var home in namespaces)
        {
            repositories.AddRange((await ListAsync(ResourceTypes.Repositories, home, cancellationToken))
                .Select(json => ObjectReader.Read(json, StashJson.Default.Repository).Value)
                .OfType<Repository>());
        }

        var labels = namespaces.All(home => home == ns) ? null : await LabelsAsync(ns, cancellationToken);
        return new ConfigSurroundings
        {
            Repositories = repositories,
            NamespaceLabels = labels,
            Functions = templates.Any(one => one.Task is not null || FunctionCalls.Of(one).Any()) ? await AllFunctionsAsync(cancellationToken) : null,
            Tasks = templates.All(one => one.Task is null) ? null : await AllTasksAsync(cancellationToken),
        };
    }

    private async Task<IReadOnlyList<Function>> AllFunctionsAsync(CancellationToken cancellationToken) =>
        (await ListAsync(ResourceTypes.Functions, null, cancellationToken)).ConvertAll(FunctionCalls.Read);

    private async Task<IReadOnlyList<TaskDefinition>> AllTasksAsync(CancellationToken cancellationToken) =>
        (await ListAsync(ResourceTypes.Tasks, null, cancellationToken)).ConvertAll(json =>
            ObjectReader.Read(json, StashJson.Default.TaskDefinition).Value
            ?? new TaskDefinition { Metadata = new ObjectMeta { Name = (string?)json["metadata"]!["name"] } });

    private async Task<JsonObject?> WorkloadAsync(TargetReference? reference, string ns, CancellationToken cancellationToken) =>
        reference?.Name is { Length: > 0 } name
        && Workloads.FirstOrDefault(type => type.Kind == reference.Kind && type.ApiVersion == reference.ApiVersion) is { } type
            ? await kubernetes.FindAsync(type, ns, name, cancellationToken)
            : null;

    private async Task<IReadOnlyDictionary<string, string>?> LabelsAsync(string ns, CancellationToken cancellationToken) =>
        await kubernetes.FindAsync(ResourceTypes.Namespaces, null, ns, cancellationToken) is { } json
            ? (json["metadata"]?["labels"] as JsonObject ?? []).ToDictionary(one => one.Key, one => (string?)one.Value ?? "", StringComparer.Ordinal)
            : null;

    private async Task<List<JsonObject>> ListAsync(ResourceType type, string? ns, CancellationToken cancellationToken)
    {
        var all = new List<JsonObject>();
        await foreach (var json in kubernetes.ListAsync(type, ns, null, cancellationToken))
        {
            all.Add(json);
        }

        return all;
    }

    private async Task<(T Found, string? Warning)> WithinAsync<T>(T otherwise, Func<CancellationToken, Task<T>> find, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.LookupDeadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return (await find(either.Token), null);
        }
        catch (Exception fault) when (fault is KubernetesException or OperationCanceledException)
        {
            Log.LookupFailed(log, "what the object refers to", fault is KubernetesException ? fault.Message : "no answer in time");
            return (otherwise, Unchecked);
        }
    }
}
