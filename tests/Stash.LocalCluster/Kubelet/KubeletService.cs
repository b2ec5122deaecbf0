using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Kubelet.Lifecycle;
using Stash.LocalCluster.Kubelet.Sandbox;
using Stash.LocalCluster.Kubelet.Volumes;

namespace Stash.LocalCluster.Kubelet;

/// <summary>The only node's kubelet, and the scheduler that gives it every pod: pods are processes in bubblewrap sandboxes.</summary>
internal sealed class KubeletService : IPodRuntime, IAsyncDisposable
{
    private static readonly TimeSpan EndDeadline = TimeSpan.FromSeconds(30);

    private readonly LocalClusterOptions _options;
    private readonly IObjectStore _objects;
    private readonly ClaimFolders _claims;
    private readonly VolumeContent _content;
    private readonly ContainerEnvironment _environment;
    private readonly EventRecorder _events;
    private readonly ChangeSignal _changed = new();
    private readonly ConcurrentDictionary<string, PodWorker> _pods = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<Task> _removals = [];
    private readonly CancellationTokenSource _end = new();
    private Task _watches = Task.CompletedTask;

    /// <summary>Makes one; <see cref="StartAsync"/> starts it.</summary>
    public KubeletService(LocalClusterOptions options, IObjectStore objects, ServiceAccountTokens tokens, ClusterAddress address)
    {
        _options = options;
        _objects = objects;
        _claims = new ClaimFolders(objects, Path.GetFullPath(Path.Join(options.Directory, "claims")));
        _content = new VolumeContent(objects, tokens);
        _environment = new ContainerEnvironment(objects, address);
        _events = new EventRecorder(objects, options.Time, "kubelet");
    }

    /// <summary>Registers the node and begins to watch.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_objects.Get(NodeObjects.Nodes, null, NodeObjects.NodeName) is null)
        {
            await _objects.CreateAsync(NodeObjects.Nodes, NodeObjects.Node(_options.Version, _options.Time.GetUtcNow()), cancellationToken);
        }

        _watches = Task.WhenAll(
            WatchAsync(NodeObjects.Claims, SeeClaim),
            WatchAsync(ResourceTypes.Secrets, SeeSource),
            WatchAsync(ResourceTypes.ConfigMaps, SeeSource),
            WatchAsync(ResourceTypes.Pods, SeePod));
    }

    /// <inheritdoc/>
    public Task LogsAsync(string ns, string pod, string container, PodLogOptions options, Stream output, CancellationToken cancellationToken)
    {
        var worker = Find(ns, pod)?.Container(container)
            ?? throw new PodRuntimeException($"container \"{container}\" in pod \"{pod}\" is waiting to start: ContainerCreating");
        return worker.Logs.WriteAsync(options, output, () => worker.Process is null, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<int> ExecAsync(
        string ns, string pod, string container, IReadOnlyList<string> command, ExecStreams streams, CancellationToken cancellationToken)
    {
        var worker = Find(ns, pod) ?? throw new PodRuntimeException($"pod {pod} does not have a host assigned");
        var phase = worker.Pod.Text("status", "phase");
        if (phase is "Succeeded" or "Failed")
        {
            throw new PodRuntimeException($"cannot exec into a container in a completed pod; current phase is {phase}");
        }

        var process = worker.Container(container)?.Process ?? throw new PodRuntimeException($"container not found (\"{container}\")");
        if (!ExecutableLookup.Exists(process, command[0]))
        {
            throw new PodRuntimeException(
                $"OCI runtime exec failed: exec failed: unable to start container process: exec: \"{command[0]}\": executable file not found in $PATH");
        }

        try
        {
            return await SandboxExec.RunAsync(process, command, streams, killWhenCancelled: false, cancellationToken);
        }
        catch (IOException failure) when (process.Exit.IsCompleted)
        {
            throw new PodRuntimeException($"container \"{container}\" ended", failure);
        }
    }

    /// <inheritdoc/>
    public string ClaimFolder(string ns, string claim) => _claims.Of(ns, claim);

    /// <inheritdoc/>
    public int? ContainerProcess(string ns, string pod, string container) => Find(ns, pod)?.Container(container)?.Process?.ProcessId;

    /// <summary>Kills every container and waits until they are gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watches;
        foreach (var worker in _pods.Values)
        {
            worker.Kill();
        }

        try
        {
            await Task.WhenAll([.. _pods.Values.Select(static worker => worker.Done), .. _removals]).WaitAsync(EndDeadline, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            // What is left of them ends with this process; whoever looks at the output should know.
            var left = string.Join("; ", _pods.Values.Where(static worker => !worker.Done.IsCompleted).Select(static worker => worker.Describe()));
            await Console.Error.WriteLineAsync($"local cluster: not ended within {EndDeadline.TotalSeconds} s of the cluster's end: {left}");
            return;
        }

        foreach (var worker in _pods.Values)
        {
            worker.Dispose();
        }

        _end.Dispose();
    }

    private PodWorker? Find(string ns, string pod) => _pods.Values
        .Where(worker => worker.Pod.Name() == pod && worker.Pod.Namespace() == ns)
        .OrderBy(static worker => worker.Done.IsCompleted)
        .FirstOrDefault();

    private async Task WatchAsync(ResourceType type, Action<WatchEvent> see)
    {
        try
        {
            await foreach (var change in _objects.WatchAsync(type, _end.Token))
            {
                try
                {
                    see(change);
                }
                catch (Exception failure)
                {
                    // One object that cannot be dealt with must not stop the others.
                    await Console.Error.WriteLineAsync($"local cluster: kubelet, {type.Kind} {change.Object.Namespace()}/{change.Object.Name()}: {failure}");
                }
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The cluster ends.
        }
    }

    private void SeeClaim(WatchEvent change)
    {
        var (ns, name) = (change.Object.Namespace(), change.Object.Name());
        if (change.Type == WatchEventType.Deleted)
        {
            _claims.Remove(ns, name);
        }
        else if (change.Object.Text("status", "phase") != "Bound")
        {
            _claims.Bind(ns, name);
        }

        _changed.Raise();
    }

    private void SeeSource(WatchEvent change)
    {
        foreach (var worker in _pods.Values.Where(worker => !worker.Done.IsCompleted && worker.Pod.Namespace() == change.Object.Namespace()))
        {
            worker.Refresh();
        }

        _changed.Raise();
    }

    private void SeePod(WatchEvent change)
    {
        var pod = change.Object;
        if (change.Type == WatchEventType.Deleted)
        {
            if (_pods.TryGetValue(pod.Uid(), out var gone))
            {
                gone.Kill();
                _removals.Add(RemoveAsync(pod.Uid(), gone));
            }

            return;
        }

        if (_pods.TryGetValue(pod.Uid(), out var worker))
        {
            worker.See(pod);
            worker.Refresh();
        }
        else if (pod.Text("status", "phase") is not ("Succeeded" or "Failed") && pod.Text("spec", "nodeName") is null or "" or NodeObjects.NodeName)
        {
            worker = Begin(pod);
            _pods[pod.Uid()] = worker;
            worker.See(pod);
        }
    }

    private PodWorker Begin(JsonObject pod)
    {
        var folder = Path.GetFullPath(Path.Join(_options.Directory, "pods", pod.Uid()));
        return new PodWorker(_objects, new PodContext(pod)
        {
            Options = _options,
            Volumes = new PodVolumes(Path.Join(folder, "volumes"), _content, _claims, _options.Time),
            Environment = _environment,
            Events = _events,
            ObjectsChanged = _changed,
            Folder = folder,
        });
    }

    private async Task RemoveAsync(string uid, PodWorker worker)
    {
        await worker.Done;
        _pods.TryRemove(uid, out _);
        worker.Dispose();
        var folder = Path.Join(_options.Directory, "pods", uid);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
