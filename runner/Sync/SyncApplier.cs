using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Core.CronJobs;
using Stash.Core.Kubernetes;
using Stash.Runner.Run;

namespace Stash.Runner.Sync;

/// <summary>Carries out a plan: writes only what differs, and a config that fails stops no other.</summary>
internal sealed class SyncApplier(IKubernetesClient client, TimeProvider time, ILogger log, bool dryRun)
{
    /// <summary>Owner of the fields that sync applies.</summary>
    public const string FieldManager = "stash-sync";

    private static readonly WriteOptions Apply = new() { FieldManager = FieldManager, Force = true };

    /// <summary>How many objects were written, or would be.</summary>
    public int Written { get; private set; }

    /// <summary>How many objects were as they should be.</summary>
    public int Unchanged { get; private set; }

    /// <summary>How many configs could not be brought to where they should be for a refusal of the API's.</summary>
    public int Failures { get; private set; }

    /// <summary>Carries out what is planned for one config, and writes its status.</summary>
    public async Task ApplyAsync(ConfigPlan plan, CancellationToken cancellationToken)
    {
        var (phase, conditions) = (plan.Phase, plan.Conditions);
        try
        {
            foreach (var planned in plan.Apply)
            {
                await ApplyAsync(planned, cancellationToken);
            }

            foreach (var unwanted in plan.Delete)
            {
                await DeleteAsync(unwanted, cancellationToken);
            }

            Tell(plan);
        }
        catch (KubernetesException refused)
        {
            Failures++;
            log.ConfigFailed(plan.Namespace, plan.Name, refused.Message);
            (phase, conditions) = ConfigConditions.NotApplied(plan.Conditions, refused.Message);
        }

        await WriteStatusAsync(plan, phase, conditions, cancellationToken);
    }

    private async Task ApplyAsync(PlannedObject planned, CancellationToken cancellationToken)
    {
        var body = planned.Body;
        var (kind, ns, name) = (body.Text("kind")!, body.Text("metadata", "namespace")!, body.Name());
        if (planned.Current)
        {
            Unchanged++;
            return;
        }

        var type = TypeOf(kind);
        var before = await client.FindAsync(type, ns, name, cancellationToken);
        if (before is not null && before.Text("metadata", "labels", Labels.ManagedBy) != Labels.ManagedByValue)
        {
            throw new KubernetesException(
                HttpStatusCode.Conflict,
                $"{kind} {ns}/{name} exists and is not of this config's making (no label {Ownership.Selector}): delete it, or rename the config");
        }

        Written++;
        log.Applied(kind, ns, name, (before is null, dryRun) switch
        {
            (true, false) => "created",
            (false, false) => "changed",
            (true, true) => "would be created",
            (false, true) => "would be changed",
        });
        if (!dryRun)
        {
            await WriteAsync(type, ns, name, body, before, cancellationToken);
        }
    }

    private async Task WriteAsync(
        ResourceType type, string ns, string name, JsonObject body, JsonObject? before, CancellationToken cancellationToken)
    {
        // A roleRef cannot be changed: Kubernetes wants the binding made anew.
        if (before is not null && type == ResourceTypes.RoleBindings && !JsonNode.DeepEquals(before["roleRef"], body["roleRef"]))
        {
            await client.DeleteAsync(type, ns, name, new DeleteOptions { Uid = before.Uid() }, cancellationToken);
        }

        await client.ApplyAsync(type, ns, name, body, Apply, cancellationToken);
    }

    private async Task DeleteAsync(JsonObject unwanted, CancellationToken cancellationToken)
    {
        var (kind, ns, name) = (unwanted.Text("kind")!, unwanted.Text("metadata", "namespace")!, unwanted.Name());
        Written++;
        log.Deleted(kind, ns, name, dryRun ? "would be deleted" : "deleted");
        if (!dryRun)
        {
            await client.DeleteAsync(TypeOf(kind), ns, name, new DeleteOptions { Uid = unwanted.Uid() }, cancellationToken);
        }
    }

    /// <summary>With the resourceVersion that was read: a status that somebody wrote meanwhile is looked at by the next sync.</summary>
    private async Task WriteStatusAsync(ConfigPlan plan, string phase, IReadOnlyList<Condition> conditions, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var next = NextSchedule.Of(plan.Config, plan.ScheduleAnchor, now);
        if (dryRun || ConfigStatus.Update(plan.Config, phase, conditions, next, now) is not { } status)
        {
            return;
        }

        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = plan.Config.Text("metadata", "resourceVersion") },
            ["status"] = status,
        };
        try
        {
            await client.MergePatchAsync(
                Invoker.TypeOf(plan.Kind)!, plan.Namespace, plan.Name, patch,
                new WriteOptions { Subresource = "status", FieldManager = FieldManager }, cancellationToken);
            await new ConfigTroubles(client, time, log).TellAsync(plan, conditions, cancellationToken);
        }
        catch (KubernetesException meanwhile) when (meanwhile.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            log.ConfigNotApplied(plan.Namespace, plan.Name, phase, "it was changed or deleted meanwhile; the next sync looks again");
        }
        catch (KubernetesException refused)
        {
            Failures++;
            log.ConfigFailed(plan.Namespace, plan.Name, $"its status could not be written: {refused.Message}");
        }
    }

    private void Tell(ConfigPlan plan)
    {
        if (plan.Trouble is { } trouble)
        {
            log.ConfigNotApplied(plan.Namespace, plan.Name, plan.Phase, trouble);
        }
        else
        {
            log.ConfigSynced(plan.Namespace, plan.Name, plan.Phase);
        }
    }

    private static ResourceType TypeOf(string kind) => LiveState.Applied.First(type => type.Kind == kind);
}
