using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Kubelet.Status;
using Stash.LocalCluster.Kubelet.Volumes;

namespace Stash.LocalCluster.Kubelet.Lifecycle;

/// <summary>One pod from binding to its end: volumes, init containers, sidecars, main containers, and the way back.</summary>
internal sealed class PodWorker : IDisposable
{
    private readonly IObjectStore _objects;
    private readonly PodContext _context;
    private readonly List<ContainerWorker> _containers = [];
    private readonly GracePeriod _grace = new();
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _publishing = new();
    private volatile PodEnd? _end;
    private volatile PodEnd? _stopReason;

    public PodWorker(IObjectStore objects, PodContext context)
    {
        _objects = objects;
        _context = context;
        foreach (var spec in context.Pod.Objects("spec", "initContainers"))
        {
            _containers.Add(new ContainerWorker(context, spec, spec.Text("restartPolicy") == "Always" ? ContainerRole.Sidecar : ContainerRole.Init));
        }

        _containers.AddRange(context.Pod.Objects("spec", "containers").Select(spec => new ContainerWorker(context, spec, ContainerRole.Main)));
        context.Publish = Publish;
        Done = Task.Run(RunAsync);
    }

    /// <summary>The pod as last seen.</summary>
    public JsonObject Pod => _context.Pod;

    /// <summary>Ends when no process is left.</summary>
    public Task Done { get; }

    /// <summary>A container by name.</summary>
    public ContainerWorker? Container(string name) => _containers.Find(one => one.State.Name == name);

    /// <summary>The object changed: labels for the downward API, or a deletion.</summary>
    public void See(JsonObject pod)
    {
        _context.Pod = pod;
        if (pod.Text("metadata", "deletionTimestamp") is not null)
        {
            var seconds = pod.Number("metadata", "deletionGracePeriodSeconds") ?? pod.Number("spec", "terminationGracePeriodSeconds") ?? 30;
            Stop(TimeSpan.FromSeconds(seconds), null);
        }
    }

    /// <summary>Secrets, ConfigMaps or the pod's own fields changed.</summary>
    public void Refresh() => _context.Volumes.Refresh(() => Pod);

    /// <summary>The object is gone: so is everything that runs, at once.</summary>
    public void Kill()
    {
        _grace.Force();
        _stop.TrySetResult();
    }

    /// <summary>Where it stands, for whoever waits for its end in vain.</summary>
    public string Describe() => $"{Pod.Namespace()}/{Pod.Name()} ({string.Join(", ", _containers.Select(static one => one.Describe()))})";

    /// <inheritdoc/>
    public void Dispose()
    {
        _containers.ForEach(static one => one.Dispose());
        _grace.Dispose();
    }

    private void Stop(TimeSpan grace, PodEnd? reason)
    {
        _stopReason ??= reason;
        _grace.EndWithin(grace);
        _stop.TrySetResult();
    }

    private async Task RunAsync()
    {
        using var deadline = Deadline();
        try
        {
            if (await SetUpAsync() && await InitializeAsync())
            {
                var main = _containers.Where(static one => one.State.Role == ContainerRole.Main).ToList();
                await Task.WhenAny(Task.WhenAll(main.Select(static one => one.RunAsync())), _stop.Task);
            }
        }
        catch (Exception failure)
        {
            _stopReason = new PodEnd("Failed", "LocalClusterError", failure.Message);
        }

        await EndAsync();
    }

    private async Task<bool> SetUpAsync()
    {
        while (!_stop.Task.IsCompleted)
        {
            var changed = _context.ObjectsChanged.Next;
            if (MissingClaim() is { } claim)
            {
                await UnschedulableAsync($"0/1 nodes are available: persistentvolumeclaim \"{claim}\" not found.");
            }
            else
            {
                Bind();
                try
                {
                    _context.Volumes.SetUp(Pod);
                    return true;
                }
                catch (VolumeFault fault)
                {
                    Publish();
                    await _context.Events.RecordAsync(Pod, "Warning", "FailedMount", fault.Message);
                }
            }

            await Task.WhenAny(changed, _stop.Task);
        }

        return false;
    }

    private string? MissingClaim() => Pod.Objects("spec", "volumes")
        .Select(static volume => volume.Text("persistentVolumeClaim", "claimName"))
        .FirstOrDefault(claim => claim is not null && _objects.Get(NodeObjects.Claims, Pod.Namespace(), claim) is null);

    private async Task UnschedulableAsync(string message)
    {
        _objects.Update(ResourceTypes.Pods, Pod.Namespace(), Pod.Name(), body => body.Child("status")["conditions"] =
            new JsonArray(PodStatus.Condition(body, "PodScheduled", false, "Unschedulable", message, _context.Options.Time.GetUtcNow())), "status");
        await _context.Events.RecordAsync(Pod, "Warning", "FailedScheduling", message);
    }

    private void Bind() => _objects.Update(ResourceTypes.Pods, Pod.Namespace(), Pod.Name(), body =>
    {
        if (body.Uid() == Pod.Uid())
        {
            body.Child("spec")["nodeName"] = NodeObjects.NodeName;
        }
    });

    /// <summary>Init containers and sidecars in order; false when the main containers shall not run.</summary>
    private async Task<bool> InitializeAsync()
    {
        foreach (var container in _containers.Where(static one => one.State.Role != ContainerRole.Main))
        {
            var run = container.RunAsync();
            await Task.WhenAny(container.State.Role == ContainerRole.Sidecar ? container.Started : run, _stop.Task);
            if (_stop.Task.IsCompleted || (container.State.Role == ContainerRole.Init && container.State.Ended is not { ExitCode: 0 }))
            {
                return false;
            }
        }

        return true;
    }

    private async Task EndAsync()
    {
        _grace.EndWithin(TimeSpan.FromSeconds(Pod.Number("spec", "terminationGracePeriodSeconds") ?? 30));
        await Task.WhenAll(_containers.Where(static one => one.State.Role != ContainerRole.Sidecar).Select(one => one.StopAsync(_grace.Over)));
        foreach (var sidecar in _containers.Where(static one => one.State.Role == ContainerRole.Sidecar).Reverse())
        {
            using var kill = _grace.ForSidecar();
            await sidecar.StopAsync(kill.Token);
        }

        var succeeded = _containers.All(static one => one.State.Role == ContainerRole.Sidecar || one.State.Ended is { ExitCode: 0 });
        _end = _stopReason ?? new PodEnd(succeeded ? "Succeeded" : "Failed");
        Publish();
        if (Pod.Text("metadata", "deletionTimestamp") is not null
            && _objects.Get(ResourceTypes.Pods, Pod.Namespace(), Pod.Name()).Text("metadata", "uid") == Pod.Uid())
        {
            _objects.Delete(ResourceTypes.Pods, Pod.Namespace(), Pod.Name(), force: true);
        }
    }

    private ITimer? Deadline()
    {
        if (Pod.Number("spec", "activeDeadlineSeconds") is not { } seconds)
        {
            return null;
        }

        var end = new PodEnd("Failed", "DeadlineExceeded", "Pod was active on the node longer than the specified deadline");
        return _context.Options.Time.CreateTimer(
            _ => Stop(TimeSpan.FromSeconds(Pod.Number("spec", "terminationGracePeriodSeconds") ?? 30), end),
            null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
    }

    private void Publish()
    {
        lock (_publishing)
        {
            var states = _containers.ConvertAll(static one => one.State);
            _objects.Update(ResourceTypes.Pods, Pod.Namespace(), Pod.Name(), body =>
            {
                if (body.Uid() != Pod.Uid())
                {
                    return;
                }

                var status = PodStatus.Of(body, states, _end, _context.Options.Time.GetUtcNow());
                var ours = status.Objects("conditions").Select(static one => one.Text("type")).ToHashSet(StringComparer.Ordinal);
                foreach (var foreign in body.Objects("status", "conditions").Where(one => !ours.Contains(one.Text("type"))))
                {
                    ((JsonArray)status["conditions"]!).Add(foreign.DeepClone());
                }

                body["status"] = status;
            }, "status");
        }
    }
}
