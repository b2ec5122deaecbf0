using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Injection;
using Stash.Core.Kubernetes;
using Stash.Webhook.Options;
using Stash.Webhook.Wire;

namespace Stash.Webhook.Pods;

/// <summary>Puts sidecars into labelled pods. Whatever happens to it, the pod is created.</summary>
internal sealed class PodReviewer(
    IKubernetesClient kubernetes, WebhookOptions options, ConfigLookup lookup, TimeProvider time, ILogger<PodReviewer> log) : IReviewer
{
    /// <inheritdoc/>
    public string Kind => "pods";

    /// <inheritdoc/>
    public async ValueTask<AdmissionReply> ReviewAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request is not { Operation: "CREATE", Kind: "Pod", Group: "", SubResource: "", Object: { } pod })
        {
            return AdmissionReply.Allowed("not-a-new-pod");
        }

        if (Injector.SkipUnseen(pod) is { } skip)
        {
            return Reply(InjectionOutcome.Skipped(skip));
        }

        var (ns, name) = (Namespace(request, pod), Injector.ConfigName(pod)!);
        using var deadline = new CancellationTokenSource(options.LookupDeadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return Reply(Injector.Decide(await GatherAsync(pod, ns, name, either.Token)));
        }
        catch (Exception fault) when (fault is KubernetesException or OperationCanceledException)
        {
            Log.LookupFailed(log, $"{BackupConfiguration.KindName} {ns}/{name}", fault is KubernetesException ? fault.Message : "no answer in time");
            return Reply(InjectionOutcome.Skipped(SkipReasons.ApiUnavailable.For($"{BackupConfiguration.KindName} {name}")));
        }
    }

    private async Task<InjectionRequest> GatherAsync(JsonObject pod, string ns, string name, CancellationToken cancellationToken)
    {
        var version = kubernetes.VersionAsync(cancellationToken);
        var named = await lookup.FindAsync(ns, name, pod, cancellationToken);
        return new InjectionRequest
        {
            Pod = pod,
            Namespace = ns,
            Config = named.Config,
            Batch = named.Batch,
            ConfigFaults = named.Faults,
            Repository = named.Repository,
            Function = named.Function,
            Settings = options.Injection(NativeSidecars.Allowed(await version, options.Sidecar)),
        };
    }

    // At CREATE a pod's own namespace may be empty, and so may a hand-made request's.
    private static string Namespace(AdmissionRequest request, JsonObject pod) =>
        request.Namespace.Length > 0 ? request.Namespace
        : pod["metadata"]?["namespace"] is JsonValue value && value.TryGetValue<string>(out var own) && own.Length > 0 ? own
        : "default";

    private static AdmissionReply Reply(InjectionOutcome outcome) => outcome.Patch is { } patch
        ? AdmissionReply.Patched(patch, outcome.Warnings)
        : AdmissionReply.Skipped(outcome.Skip!.Code, outcome.Warnings);
}
