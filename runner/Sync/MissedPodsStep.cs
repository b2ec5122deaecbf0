using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Core.CronJobs;
using Stash.Core.Injection;
using Stash.Core.Kubernetes;
using Stash.Core.Validation;
using Stash.Runner.Run;

namespace Stash.Runner.Sync;

/// <summary>Has pods that were made while the webhook was down replaced, one for each config at a time, by eviction.</summary>
internal sealed class MissedPodsStep(
    IKubernetesClient client, LiveState state, CronJobSettings settings, TimeProvider time, ILogger log, bool dryRun)
{
    private const string Webhook = "stash-webhook";

    private readonly ILookup<(string Namespace, string Config), JsonObject> _pods = state.Pods.ToLookup(pod =>
        (pod.Text("metadata", "namespace") ?? "", pod.Text("metadata", "labels", Labels.Config) ?? ""));

    private (bool Asked, bool? Serves) _webhook;

    /// <summary>How many evictions the API refused, for reasons other than a PodDisruptionBudget's.</summary>
    public int Failures { get; private set; }

    /// <summary>Judges a config's pods, evicts at most one, and adds to its plan what its status tells of them.</summary>
    public async Task<ConfigPlan> LookAsync(ConfigPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Phase != ConfigConditions.Ready
            || Invoker.Read(plan.Config).Value is not { } invoker
            || IsShadowed(plan))
        {
            return plan;
        }

        JsonObject[] pods = [.. _pods[(plan.Namespace, plan.Name)]];
        var serves = MissedPods.Of(pods).Count > 0 ? await ServesAsync(cancellationToken) : null;
        var repository = RepositoryOf(invoker.Whole, plan.Namespace);
        var live = invoker.Whole.Status?.Conditions?.FirstOrDefault(condition => condition.Type == MissedPods.ConditionType);
        var verdict = MissedPods.Judge(pods, live, serves, pod => Skip(pod, plan, invoker, repository), time.GetUtcNow());
        if (verdict.Replace is { } pod)
        {
            await EvictAsync(plan, pod, cancellationToken);
        }

        return verdict.Condition is { } condition ? plan with { Conditions = [.. plan.Conditions, condition] } : plan;
    }

    /// <summary>The label of pods names a BackupConfiguration before it names a batch.</summary>
    private bool IsShadowed(ConfigPlan plan) => plan.Kind == BackupBatch.KindName && state.Input.Configs.Any(other =>
        other.Text("kind") == BackupConfiguration.KindName && other.Text("metadata", "namespace") == plan.Namespace && other.Name() == plan.Name);

    private string? Skip(JsonObject pod, ConfigPlan plan, Invoker invoker, Repository? repository)
    {
        var config = invoker.Batch is { } batch ? PodMember.Find(batch, pod) : invoker.Whole;
        return Injector.Decide(new InjectionRequest
        {
            Pod = pod,
            Namespace = plan.Namespace,
            Config = config,
            Batch = invoker.Batch,
            Repository = repository,
            Function = state.Input.Functions?.FirstOrDefault(one => one.Metadata.Name == config?.Spec.Target?.Sidecar?.FunctionName),
            // Neither image nor kind of the sidecar changes whether these pods get one: those that run to completion are not replaced.
            Settings = new InjectionSettings { Image = settings.Image, NativeSidecars = true },
        }).Skip?.Sentence;
    }

    private Repository? RepositoryOf(BackupConfiguration config, string ns)
    {
        var reference = config.Spec.Repositories is [{ } first, ..] ? first : null;
        var home = reference?.Namespace is { Length: > 0 } given ? given : ns;
        var json = state.Input.Repositories.FirstOrDefault(one => one.Name() == reference?.Name && one.Text("metadata", "namespace") == home);
        return json is null ? null : ObjectReader.Read(json, StashJson.Default.Repository).Value;
    }

    /// <summary>Whether the webhook of this installation, in sync's own namespace, has a ready replica; null where that cannot be told.</summary>
    private async Task<bool?> ServesAsync(CancellationToken cancellationToken)
    {
        if (_webhook.Asked)
        {
            return _webhook.Serves;
        }

        try
        {
            var deployment = await client.FindAsync(ResourceTypes.Deployments, client.DefaultNamespace, Webhook, cancellationToken);
            _webhook = (true, deployment is null ? null : deployment.Number("status", "availableReplicas") > 0);
        }
        catch (KubernetesException refused)
        {
            log.WebhookUnknown(client.DefaultNamespace, Webhook, refused.Message);
            _webhook = (true, null);
        }

        return _webhook.Serves;
    }

    private async Task EvictAsync(ConfigPlan plan, JsonObject pod, CancellationToken cancellationToken)
    {
        var (ns, name) = (plan.Namespace, pod.Name());
        log.PodReplaced(ns, name, dryRun ? "would be replaced" : "replaced");
        if (dryRun)
        {
            return;
        }

        var body = new JsonObject
        {
            ["apiVersion"] = "policy/v1",
            ["kind"] = "Eviction",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns },
            ["deleteOptions"] = new JsonObject { ["preconditions"] = new JsonObject { ["uid"] = pod.Uid() } },
        };
        try
        {
            await client.CreateAsync(ResourceTypes.Pods, ns, body, new WriteOptions { Subresource = "eviction" }, cancellationToken);
        }
        catch (KubernetesException there) when (there.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            // Gone or another by now: the next sync looks again.
            return;
        }
        catch (KubernetesException refused)
        {
            Failures += refused.StatusCode == HttpStatusCode.TooManyRequests ? 0 : 1;
            log.PodNotReplaced(ns, name, refused.Message);
            return;
        }

        var about = new RunSettings { Config = plan.Name, Namespace = ns, Identity = SyncApplier.FieldManager, CachePath = "" };
        await new Events(client, about, time, log).WriteAsync(
            plan.Config, pod.Uid(), EventReasons.PodReplaced, $"Pod {name} was made without the sidecar and is replaced", cancellationToken);
    }
}
