using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Core.CronJobs;
using Stash.Core.Functions;
using Stash.Core.Kubernetes;
using Stash.Core.Validation;
using Stash.Runner.Run;

namespace Stash.Runner.Sync;

/// <summary>What sync reads: a constant number of lists, however many configs there are.</summary>
/// <param name="Input">For the plan.</param>
/// <param name="Sessions">BackupSessions; read first, so that neither a session's config nor its Job is missing for being newer.</param>
/// <param name="Jobs">Jobs of configs.</param>
/// <param name="Pods">Pods that opted in.</param>
internal sealed record LiveState(
    SyncInput Input, IReadOnlyList<JsonObject> Sessions, IReadOnlyList<JsonObject> Jobs, IReadOnlyList<JsonObject> Pods)
{
    /// <summary>The kinds that sync applies, in the order in which it does.</summary>
    public static readonly IReadOnlyList<ResourceType> Applied = [ResourceTypes.ServiceAccounts, ResourceTypes.RoleBindings, ResourceTypes.CronJobs];

    private static readonly ListOptions Ours = new() { LabelSelector = Ownership.Selector };

    /// <summary>Reads.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="ns">One namespace, or null for all.</param>
    /// <param name="settings">This installation's settings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KubernetesException">The API refused a list.</exception>
    public static async Task<LiveState> ReadAsync(
        IKubernetesClient client, string? ns, CronJobSettings settings, CancellationToken cancellationToken)
    {
        // Before the configs: a session's config was there before it was.
        var sessions = await AllAsync(client, ResourceTypes.BackupSessions, ns, null, cancellationToken);
        var configs = await AllAsync(client, ResourceTypes.BackupConfigurations, ns, null, cancellationToken);
        configs.AddRange(await AllAsync(client, ResourceTypes.BackupBatches, ns, null, cancellationToken));
        var repositories = await AllAsync(client, ResourceTypes.Repositories, ns, null, cancellationToken);
        if (ns is not null)
        {
            repositories.AddRange(await ElsewhereAsync(client, ns, configs, cancellationToken));
        }

        var live = new List<JsonObject>();
        foreach (var type in Applied)
        {
            live.AddRange(await AllAsync(client, type, ns, Ours, cancellationToken));
        }

        var jobs = await AllAsync(client, ResourceTypes.Jobs, ns, Ours, cancellationToken);
        var input = new SyncInput
        {
            Configs = configs,
            Repositories = repositories,
            Functions = configs.Exists(NamesFunction)
                ? (await AllAsync(client, ResourceTypes.Functions, null, null, cancellationToken)).ConvertAll(FunctionCalls.Read)
                : null,
            Tasks = configs.Exists(NamesTask)
                ? (await AllAsync(client, ResourceTypes.Tasks, null, null, cancellationToken)).ConvertAll(ReadTask)
                : null,
            Live = live,
            NamespaceLabels = await NamespacesAsync(client, ns, repositories, cancellationToken),
            Settings = settings,
        };
        var pods = await AllAsync(client, ResourceTypes.Pods, ns, new ListOptions { LabelSelector = Labels.Config }, cancellationToken);
        return new LiveState(input, sessions, jobs, pods);
    }

    private static async Task<List<JsonObject>> AllAsync(
        IKubernetesClient client, ResourceType type, string? ns, ListOptions? options, CancellationToken cancellationToken)
    {
        var all = new List<JsonObject>();
        await foreach (var item in client.ListAsync(type, ns, options, cancellationToken))
        {
            // Items of a list of a built-in kind carry neither.
            item["apiVersion"] = type.ApiVersion;
            item["kind"] = type.Kind;
            all.Add(item);
        }

        return all;
    }

    private static async Task<List<JsonObject>> ElsewhereAsync(
        IKubernetesClient client, string ns, List<JsonObject> configs, CancellationToken cancellationToken)
    {
        var found = new List<JsonObject>();
        var named = configs.SelectMany(References)
            .Select(reference => (Namespace: reference.Text("namespace") ?? ns, Name: reference.Text("name") ?? ""))
            .Where(reference => reference.Namespace != ns && reference.Name.Length > 0)
            .Distinct();
        foreach (var reference in named)
        {
            if (await client.FindAsync(ResourceTypes.Repositories, reference.Namespace, reference.Name, cancellationToken) is { } repository)
            {
                found.Add(repository);
            }
        }

        return found;
    }

    private static bool NamesFunction(JsonObject config) =>
        Templates(config).Any(one => one.Task is not null || FunctionCalls.Of(one).Any());

    private static bool NamesTask(JsonObject config) => Templates(config).Any(one => one.Task is not null);

    private static IEnumerable<BackupTemplate> Templates(JsonObject config) =>
        Invoker.Read(config).Value is { } read ? read.Members.Prepend(read.Whole).Select(one => one.Spec) : [];

    /// <summary>One that cannot be read exists all the same, under its name, and has no steps.</summary>
    private static TaskDefinition ReadTask(JsonObject json) => ObjectReader.Read(json, StashJson.Default.TaskDefinition).Value
        ?? new TaskDefinition { Metadata = new ObjectMeta { Name = json.Name() } };

    private static IEnumerable<JsonObject> References(JsonObject config) => config.At("spec", "repository") switch
    {
        JsonObject one => [one],
        JsonArray list => list.OfType<JsonObject>(),
        _ => [],
    };

    private static async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> NamespacesAsync(
        IKubernetesClient client, string? ns, List<JsonObject> repositories, CancellationToken cancellationToken)
    {
        if (!repositories.Exists(repository => repository.Text("spec", "usagePolicy", "allowedNamespaces", "from") == "Selector"))
        {
            return new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        }

        var namespaces = ns is null
            ? await AllAsync(client, ResourceTypes.Namespaces, null, null, cancellationToken)
            : [await client.GetAsync(ResourceTypes.Namespaces, null, ns, cancellationToken)];
        return namespaces.ToDictionary(one => one.Name(), NamespaceLabels, StringComparer.Ordinal);
    }

    private static IReadOnlyDictionary<string, string> NamespaceLabels(JsonObject ns) =>
        (ns.At("metadata", "labels") as JsonObject ?? []).ToDictionary(label => label.Key, label => label.Value?.GetValue<string>() ?? "", StringComparer.Ordinal);
}
