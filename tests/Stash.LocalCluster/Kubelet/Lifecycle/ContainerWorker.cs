using System.Text.Json.Nodes;
using Stash.LocalCluster.Kubelet.Sandbox;
using Stash.LocalCluster.Kubelet.Status;

namespace Stash.LocalCluster.Kubelet.Lifecycle;

/// <summary>One container through all its instances, until it shall not run again.</summary>
internal sealed class ContainerWorker : IDisposable
{
    private readonly PodContext _context;
    private readonly JsonObject _spec;
    private readonly string _terminationMessage;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private volatile SandboxProcess? _process;
    private ContainerState _state;
    private Task? _run;
    private CancellationToken _kill;
    private SandboxProcess? _terminated;

    public ContainerWorker(PodContext context, JsonObject spec, ContainerRole role)
    {
        _context = context;
        _spec = spec;
        var reason = context.Pod.At("spec", "initContainers") is JsonArray { Count: > 0 } ? "PodInitializing" : "ContainerCreating";
        _state = new ContainerState { Spec = spec, Role = role, Waiting = new Waiting(reason, null) };
        Logs = new ContainerLogs(Path.Join(context.Folder, "logs", _state.Name), $"\"{_state.Name}\" in pod \"{context.Pod.Name()}\"");
        _terminationMessage = Path.Join(context.Folder, "termination", _state.Name);
    }

    /// <summary>As the status tells it.</summary>
    public ContainerState State
    {
        get
        {
            lock (_lock)
            {
                return _state;
            }
        }
    }

    /// <summary>Its log files.</summary>
    public ContainerLogs Logs { get; }

    /// <summary>The running instance; null when none runs.</summary>
    public SandboxProcess? Process => _process is { Exit.IsCompleted: false } running ? running : null;

    /// <summary>Ends when it has started (startupProbe included), or will never.</summary>
    public Task Started => _started.Task;

    /// <summary>Ends when it will not run again.</summary>
    public Task RunAsync() => _run ??= LoopAsync();

    /// <summary>Shows why it waits.</summary>
    public void Wait(string reason, string? message = null) => Change(state => state with { Waiting = new Waiting(reason, message) });

    /// <summary>preStop, SIGTERM, and SIGKILL when <paramref name="kill"/> fires. Returns once it is gone.</summary>
    public async Task StopAsync(CancellationToken kill)
    {
        _kill = kill;
        await _stop.CancelAsync();
        if (Process is { } process)
        {
            await TerminateOnceAsync(process);
        }

        await (_run ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _started.TrySetResult();
    }

    /// <summary>Where it stands.</summary>
    public string Describe() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{State.Name}: {(State.Waiting is { } waiting ? waiting.Reason : State.Running ? "Running" : "Ended")}, process {_process?.ProcessId}, signalled {_terminated is not null}, stopping {_stop.IsCancellationRequested}, over {_run?.Status}");

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private async Task LoopAsync()
    {
        try
        {
            for (var (restart, total) = (0, 0); ; restart++, total++)
            {
                var code = await InstanceAsync(total);
                if (_stop.IsCancellationRequested || !RestartRules.Again(_context.Pod, State.Role, code))
                {
                    return;
                }

                if (State.Ended is { } end && end.FinishedAt - end.StartedAt > RestartRules.Forgets)
                {
                    restart = 0;
                }

                await BackOffAsync(RestartRules.Delay(restart + 1, _context.Options.RestartBackOff));
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped while it waited: there is nothing to end.
        }
        finally
        {
            _started.TrySetResult();
        }
    }

    private async Task BackOffAsync(TimeSpan delay)
    {
        if (delay == TimeSpan.Zero)
        {
            return;
        }

        var pod = _context.Pod;
        var message = string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"back-off {delay.TotalSeconds:0.###}s restarting failed container={State.Name} pod={pod.Name()}_{pod.Namespace()}({pod.Uid()})");
        Change(state => state with { Waiting = new Waiting("CrashLoopBackOff", message), Last = state.Ended ?? state.Last, Ended = null });
        await _context.Events.RecordAsync(_context.Pod, "Warning", "BackOff", $"Back-off restarting failed container {State.Name}");
        await Task.Delay(delay, _context.Options.Time, _stop.Token);
    }

    private async Task<int> InstanceAsync(int restarts)
    {
        var plan = await PlanAsync();
        var began = _context.Options.Time.GetUtcNow();
        var id = "local://" + Guid.NewGuid().ToString("N");
        var log = Logs.Begin(plan.Identity.User);
        try
        {
            _process = await SandboxProcess.StartAsync(plan, log, _stop.Token);
        }
        catch (IOException failure)
        {
            return End(new Termination(128, "StartError", failure.Message, began, began, id), restarts);
        }

        Change(state => state with
        {
            Waiting = null, RunningSince = began, Last = state.Ended ?? state.Last, Ended = null, Restarts = restarts, ContainerId = id,
        });
        using (_process)
        {
            // StopAsync may have looked for a process just before this one was there.
            var stopping = _stop.IsCancellationRequested ? TerminateOnceAsync(_process) : Task.CompletedTask;
            var (code, cause) = await WatchAsync(_process);
            await stopping;
            if (await SandboxProcess.StartFaultAsync(code, log) is { } fault)
            {
                return End(new Termination(128, "StartError", fault, began, _context.Options.Time.GetUtcNow(), id), restarts);
            }

            return End(await TerminationAsync(code, cause, began, id), restarts);
        }
    }

    private async Task<SandboxPlan> PlanAsync()
    {
        while (true)
        {
            var changed = _context.ObjectsChanged.Next;
            NewTerminationMessage();
            var (plan, fault) = ContainerPlan.Make(_context, _spec, _terminationMessage);
            if (plan is not null)
            {
                return plan;
            }

            Wait("CreateContainerConfigError", fault);
            await _context.Events.RecordAsync(_context.Pod, "Warning", "Failed", $"Error: {fault}");
            await changed.WaitAsync(_stop.Token);
        }
    }

    /// <summary>Probes and hooks of a running instance until it ends.</summary>
    private async Task<(int Code, string? Cause)> WatchAsync(SandboxProcess process)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        string? cause = null;
        var kill = Task.CompletedTask;
        var probes = new ContainerProbes(_spec, process, _context)
        {
            Started = () =>
            {
                Change(static state => state.Running ? state with { Started = true } : state);
                _started.TrySetResult();
            },
            Ready = ready => Change(state => state.Running ? state with { Ready = ready } : state),
            Unhealthy = probe =>
            {
                cause = $"Container {State.Name} failed {probe} probe, will be restarted";
                kill = KillUnhealthyAsync(process, cause);
            },
        };
        var probing = ProbeAsync(probes, process, ended.Token);
        var code = await process.Exit;
        await ended.CancelAsync();
        await probing;
        await kill;
        return (code, cause);
    }

    private async Task ProbeAsync(ContainerProbes probes, SandboxProcess process, CancellationToken cancellationToken)
    {
        try
        {
            if (_spec.At("lifecycle", "postStart") is JsonObject hook
                && await new Probe(hook, _spec).TryAsync(process, Grace(_context.Pod), cancellationToken) is { } fault)
            {
                await _context.Events.RecordAsync(_context.Pod, "Warning", "FailedPostStartHook", $"PostStartHook failed: {fault}");
                process.Signal(NativeMethods.Kill);
                return;
            }

            await probes.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It ended.
        }
    }

    private async Task KillUnhealthyAsync(SandboxProcess process, string cause)
    {
        await _context.Events.RecordAsync(_context.Pod, "Normal", "Killing", cause);
        using var kill = new CancellationTokenSource(Grace(_context.Pod), TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(kill.Token, _stop.Token);
        await TerminateAsync(process, either.Token);
    }

    private Task TerminateOnceAsync(SandboxProcess process) =>
        Interlocked.Exchange(ref _terminated, process) == process ? Task.CompletedTask : TerminateAsync(process, _kill);

    private async Task TerminateAsync(SandboxProcess process, CancellationToken kill)
    {
        if (_spec.At("lifecycle", "preStop") is JsonObject hook && !kill.IsCancellationRequested)
        {
            try
            {
                if (await new Probe(hook, _spec).TryAsync(process, Timeout.InfiniteTimeSpan, kill) is { } fault)
                {
                    await _context.Events.RecordAsync(_context.Pod, "Warning", "FailedPreStopHook", $"PreStopHook failed: {fault}");
                }
            }
            catch (OperationCanceledException) when (kill.IsCancellationRequested)
            {
                // The grace period is over: SIGKILL follows.
            }
        }

        process.Signal(NativeMethods.Terminate);
        await ((Task)process.Exit.WaitAsync(kill)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        process.Signal(NativeMethods.Kill);
        await process.Exit;
    }

    private async Task<Termination> TerminationAsync(int code, string? cause, DateTimeOffset began, string id)
    {
        var message = await File.ReadAllTextAsync(_terminationMessage);
        if (message.Length == 0 && code != 0 && _spec.Text("terminationMessagePolicy") == "FallbackToLogsOnError")
        {
            message = await Logs.TailAsync();
        }

        message = message.Length > 4096 ? message[^4096..] : message;
        return new Termination(
            code, code == 0 ? "Completed" : "Error", message.Length > 0 ? message : cause, began, _context.Options.Time.GetUtcNow(), id);
    }

    private int End(Termination end, int restarts)
    {
        _process = null;
        Change(state => state with
        {
            Waiting = null, RunningSince = null, Last = state.Ended ?? state.Last, Ended = end, Started = false, Ready = false,
            Restarts = restarts, ContainerId = end.ContainerId,
        });
        return end.ExitCode;
    }

    private void NewTerminationMessage()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_terminationMessage)!);
        File.WriteAllBytes(_terminationMessage, []);
        File.SetUnixFileMode(_terminationMessage, (UnixFileMode)0b110_110_110);
    }

    private void Change(Func<ContainerState, ContainerState> change)
    {
        lock (_lock)
        {
            _state = change(_state);
        }

        _context.Publish();
    }

    private static TimeSpan Grace(JsonObject pod) => TimeSpan.FromSeconds(pod.Number("spec", "terminationGracePeriodSeconds") ?? 30);
}
