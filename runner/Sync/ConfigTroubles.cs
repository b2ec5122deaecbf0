using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.CronJobs;
using Stash.Core.Kubernetes;
using Stash.Runner.Run;

namespace Stash.Runner.Sync;

/// <summary>Tells, by an Event on the config, why it is not ready: once for each change, and counted up where the same comes back.</summary>
internal sealed class ConfigTroubles(IKubernetesClient client, TimeProvider time, ILogger log)
{
    /// <summary>Tells of the conditions that are False now and were not, or not for this reason, when the config was read.</summary>
    public async Task TellAsync(ConfigPlan plan, IReadOnlyList<Condition> conditions, CancellationToken cancellationToken)
    {
        var before = plan.Config.Objects("status", "conditions").ToList();
        var about = new RunSettings { Config = plan.Name, Namespace = plan.Namespace, Identity = SyncApplier.FieldManager, CachePath = "" };
        foreach (var condition in conditions.Where(one => one.Status == "False" && !before.Exists(old => IsSame(old, one))))
        {
            await new Events(client, about, time, log).WriteAsync(
                plan.Config, condition.Type, condition.Reason ?? condition.Type, condition.Message ?? "", cancellationToken);
        }
    }

    private static bool IsSame(System.Text.Json.Nodes.JsonObject old, Condition now) =>
        (old.Text("type"), old.Text("status"), old.Text("message")) == (now.Type, now.Status, now.Message);
}
