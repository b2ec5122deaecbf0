using Stash.Core.Api;
using Stash.Core.CronJobs;
using Stash.Runner.Input;

namespace Stash.Runner.Render;

/// <summary>The plan of sync, made from files.</summary>
internal static class RenderPlan
{
    /// <summary>Plans for the given configs; the given objects count as existing together.</summary>
    public static IReadOnlyList<ConfigPlan> Of(Manifests manifests, CronJobSettings settings) => SyncPlan.Make(new SyncInput
    {
        Configs = [.. Invokers(manifests).Select(one => one.Json)],
        Repositories = [.. manifests.OfStash(Repository.KindName).Select(one => one.Json)],
        Functions = manifests.Functions(),
        Tasks = manifests.Tasks(),
        NamespaceLabels = Invokers(manifests).Select(one => one.Namespace).Distinct(StringComparer.Ordinal)
            .ToDictionary(ns => ns, manifests.NamespaceLabels, StringComparer.Ordinal),
        Settings = settings,
    });

    private static IEnumerable<ManifestObject> Invokers(Manifests manifests) =>
        manifests.OfStash(BackupConfiguration.KindName).Concat(manifests.OfStash(BackupBatch.KindName));
}
