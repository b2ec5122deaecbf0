using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Certificates;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Rest;
using ControllerManager = Stash.LocalCluster.Controllers.ControllerManager;
using KubeletService = Stash.LocalCluster.Kubelet.KubeletService;

namespace Stash.LocalCluster;

/// <summary>An in-memory Kubernetes API over HTTPS whose pods are local processes. A test double: its README says what it does not do.</summary>
public sealed class LocalCluster : IAsyncDisposable
{
    private readonly ClusterCore _core;
    private readonly ApiHandler _handler;
    private readonly Stack<IAsyncDisposable> _parts = [];

    private LocalCluster(ClusterCore core, string kubeconfig, Uri server, ApiHandler handler) =>
        (_core, KubeconfigPath, Server, _handler) = (core, kubeconfig, server, handler);

    /// <summary>Starts a cluster and waits until it serves.</summary>
    public static async Task<LocalCluster> StartAsync(LocalClusterOptions options, CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(options.Directory);
        using var authority = new ClusterAuthority();
        var pem = authority.Pem;
        var core = new ClusterCore(options, pem);
        await core.FurnishAsync(cancellationToken);
        var handler = new ApiHandler(core);
        var api = await ApiServer.StartAsync(options.Port, new ClientTrust(pem), authority.IssueServer(ClusterAuthority.ApiNames), handler, cancellationToken);
        var kubeconfig = options.KubeconfigPath ?? Path.Combine(options.Directory, "kubeconfig");
        using var admin = authority.IssueClient("system:admin", "system:masters");
        await Kubeconfig.WriteAsync(kubeconfig, api.Address, pem, admin, cancellationToken);
        var cluster = new LocalCluster(core, kubeconfig, api.Address, handler);
        cluster._parts.Push(core.Webhooks);
        cluster._parts.Push(api);
        if (options.RunPods)
        {
            await cluster.StartPodsAsync(new ClusterAddress(api.Address, pem), cancellationToken);
        }

        return cluster;
    }

    /// <summary>An administrator's kubeconfig, for kubectl and the client.</summary>
    public string KubeconfigPath { get; }

    /// <summary>URL of the API.</summary>
    public Uri Server { get; }

    /// <summary>The objects, for tests that want to look or to disturb.</summary>
    public IObjectStore Objects => _core.Objects;

    /// <summary>Every request that was answered, in order: who, verb, resource, for tests of RBAC and of API calls' count.</summary>
    public IReadOnlyList<RecordedRequest> Requests => [.. _handler.Requests];

    /// <summary>Every right that was used or refused, in order; empty unless <see cref="LocalClusterOptions.EnforceRoles"/>.</summary>
    public IReadOnlyList<UsedRight> Rights => [.. _handler.Rights];

    /// <summary>Makes a Job from a CronJob at once, as <c>kubectl create job --from=cronjob/NAME</c> does; returns the Job's name.</summary>
    /// <exception cref="InvalidOperationException">There is no such CronJob.</exception>
    public async Task<string> TriggerCronJobAsync(string ns, string name)
    {
        var cronJob = Objects.Get(ResourceTypes.CronJobs, ns, name) ?? throw new InvalidOperationException($"there is no CronJob {ns}/{name}");
        var template = cronJob.Object("spec", "jobTemplate")!;
        var annotations = template.Object("metadata", "annotations")?.Copy() ?? [];
        annotations["cronjob.kubernetes.io/instantiate"] = "manual";
        var job = await Objects.CreateAsync(ResourceTypes.Jobs, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{name}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}",
                ["namespace"] = ns,
                ["labels"] = template.Object("metadata", "labels")?.DeepClone(),
                ["annotations"] = annotations,
                ["ownerReferences"] = new JsonArray(new JsonObject
                {
                    ["apiVersion"] = "batch/v1", ["kind"] = "CronJob", ["name"] = name, ["uid"] = cronJob.Text("metadata", "uid"), ["controller"] = true,
                }),
            },
            ["spec"] = template.Object("spec")?.DeepClone(),
        });
        return job.Name();
    }

    /// <summary>Where a PersistentVolumeClaim's files are on this machine.</summary>
    public string ClaimFolder(string ns, string claim) => Runtime.ClaimFolder(ns, claim);

    /// <summary>Process id on this machine of a container's first process; null when it does not run.</summary>
    public int? ContainerProcess(string ns, string pod, string container) => Runtime.ContainerProcess(ns, pod, container);

    /// <summary>A bearer token for a service account, as its pods have.</summary>
    public string IssueToken(string ns, string serviceAccount) => _core.Tokens.Issue(ns, serviceAccount);

    /// <summary>Makes a bearer token worthless.</summary>
    public void RevokeToken(string token) => _core.Tokens.Revoke(token);

    /// <summary>Forgets the history of changes: every watch and every continued list that is behind is answered with 410.</summary>
    public void ForgetHistory() => _core.Table.Compact();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
        {
            await part.DisposeAsync();
        }
    }

    private async Task StartPodsAsync(ClusterAddress address, CancellationToken cancellationToken)
    {
        var kubelet = new KubeletService(_core.Options, Objects, _core.Tokens, address);
        _parts.Push(kubelet);
        _core.Runtime = kubelet;
        await kubelet.StartAsync(cancellationToken);
        var controllers = new ControllerManager(_core.Options, Objects);
        _parts.Push(controllers);
        await controllers.StartAsync(cancellationToken);
    }

    private IPodRuntime Runtime => _core.Runtime ?? throw new InvalidOperationException("no pods run here: RunPods is off");
}
