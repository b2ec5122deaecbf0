using Stash.Core.Kubernetes;
using Stash.LocalCluster.Kubelet;

namespace Stash.LocalCluster.Controllers;

/// <summary>The workload controllers, as kube-controller-manager runs them, one object at a time.</summary>
internal sealed class ControllerManager : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly LocalClusterOptions _options;
    private readonly IObjectStore _objects;
    private readonly JobReconciler _jobs;
    private readonly Dictionary<ResourceType, IReconciler> _reconcilers;
    private readonly WorkQueue _queue = new();
    private readonly CancellationTokenSource _end = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Makes them; <see cref="StartAsync"/> starts them.</summary>
    public ControllerManager(LocalClusterOptions options, IObjectStore objects)
    {
        _options = options;
        _objects = objects;
        var pods = new OwnedPods(objects, new EventRecorder(objects, options.Time, "controller-manager"));
        _jobs = new JobReconciler(objects, pods, options);
        IReconciler[] all =
        [
            new ReplicaReconciler(ResourceTypes.ReplicaSets, objects, pods),
            new ReplicaReconciler(ResourceTypes.ReplicationControllers, objects, pods),
            new DeploymentReconciler(objects, options.Time),
            new StatefulSetReconciler(objects, pods),
            new DaemonSetReconciler(objects, pods),
            _jobs,
            new CronJobReconciler(objects, options.Time),
        ];
        _reconcilers = all.ToDictionary(static one => one.Type);
    }

    /// <summary>Begins to watch.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _running = Task.WhenAll(_reconcilers.Keys.Append(ResourceTypes.Pods).Select(WatchAsync).Append(WorkAsync()));
        return Task.CompletedTask;
    }

    /// <summary>Stops them. What they made stays.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _queue.Dispose();
        _end.Dispose();
    }

    private async Task WatchAsync(ResourceType type)
    {
        await foreach (var change in _objects.WatchAsync(type, _end.Token))
        {
            if (_reconcilers.ContainsKey(type))
            {
                _queue.Add(new WorkItem(type, change.Object.Namespace(), change.Object.Name()));
            }

            AddOwner(change);
        }
    }

    private void AddOwner(WatchEvent change)
    {
        if (Ownership.Controller(change.Object) is not { } owner
            || _reconcilers.Keys.FirstOrDefault(kind => kind.Kind == owner.Text("kind")) is not { } kind)
        {
            return;
        }

        var (ns, name) = (change.Object.Namespace(), owner.Text("name")!);
        if (change.Type == WatchEventType.Deleted && kind == ResourceTypes.Jobs)
        {
            _jobs.Lost(change.Object);
        }

        _queue.Add(new WorkItem(kind, ns, name));

        // Recreate waits for the last old pod, whose ReplicaSet does not change any more.
        if (change.Type == WatchEventType.Deleted && kind == ResourceTypes.ReplicaSets && _objects.Get(kind, ns, name) is { } set)
        {
            AddOwner(new WatchEvent(WatchEventType.Modified, set));
        }
    }

    private async Task WorkAsync()
    {
        await foreach (var item in _queue.TakeAsync(_end.Token))
        {
            try
            {
                if (await _reconcilers[item.Type].ReconcileAsync(item.Namespace, item.Name) is { } delay)
                {
                    _queue.AddLater(item, delay, _options.Time);
                }
            }
            catch (Exception failure)
            {
                // A webhook may refuse a pod now and let it pass later.
                await Console.Error.WriteLineAsync(
                    $"local cluster: {item.Type.Kind} {item.Namespace}/{item.Name}: {(failure is KubernetesException ? failure.Message : failure.ToString())}");
                _queue.AddLater(item, RetryDelay, TimeProvider.System);
            }
        }
    }
}
