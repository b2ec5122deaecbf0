using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using System.Text;
using System.Text.Json.Nodes;

namespace Stash.LocalCluster.Kubelet.Sandbox;

/// <summary>A container's first process in its own bubblewrap sandbox, where it is PID 1: killing it ends everything in there.</summary>
internal sealed class SandboxProcess : IDisposable
{
    // Descriptor 9 carries the options, so that neither they nor the environment are in argv; output goes straight to the log.
    private const string Wrapper =
        """exec 9<&0 </dev/null >>"$1" 2>&1; fd="$2"; shift 2; exec /usr/bin/setsid /usr/bin/bwrap --args 9 --info-fd "$fd" -- "$@" """;

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DrainDeadline = TimeSpan.FromSeconds(10);
    private readonly Process _bwrap;

    private SandboxProcess(Process bwrap, Task<int> exit, int processId, SandboxPlan plan)
    {
        _bwrap = bwrap;
        ProcessId = processId;
        Plan = plan;
        Exit = exit;
    }

    /// <summary>Process id of PID 1 as this machine counts.</summary>
    public int ProcessId { get; }

    /// <summary>What it was started with.</summary>
    public SandboxPlan Plan { get; }

    /// <summary>Ends with the exit code; 128 and the signal's number when a signal killed it.</summary>
    public Task<int> Exit { get; }

    /// <summary>Starts a container.</summary>
    /// <exception cref="IOException">The sandbox could not be made; the message is bwrap's.</exception>
    public static async Task<SandboxProcess> StartAsync(SandboxPlan plan, string log, CancellationToken cancellationToken)
    {
        var options = Encoding.UTF8.GetBytes(string.Concat(BwrapOptions.Of(plan).Select(static option => option + "\0")));
        var (bwrap, info) = await LauncherThread.RunAsync(() => Launch(plan, log));
        // One wait for the whole life of the process: Process.Exited is not safe against one handler going while another comes.
        var exit = ExitAsync(bwrap);
        using var reading = info;
        using var deadline = new CancellationTokenSource(StartDeadline, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await using (bwrap.StandardInput)
            {
                await bwrap.StandardInput.BaseStream.WriteAsync(options, either.Token);
            }

            var sandbox = new SandboxProcess(bwrap, exit, await ReadProcessIdAsync(info, exit, either.Token), plan);
            await sandbox.BegunAsync(either.Token);
            return sandbox;
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or TimeoutException)
        {
            bwrap.Kill(entireProcessTree: true);
            await ((Task)exit.WaitAsync(DrainDeadline, TimeProvider.System)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            bwrap.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException($"{failure.Message}: {await LastLineAsync(log)}", failure);
        }
    }

    // The pipe is made and closed here on the launcher's thread, so that no other sandbox inherits its writing end.
    private static (Process Bwrap, AnonymousPipeServerStream Info) Launch(SandboxPlan plan, string log)
    {
        var info = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, UseShellExecute = false };
        foreach (var argument in (string[])
            ["-c", Wrapper, "sh", log, info.GetClientHandleAsString(), .. plan.Identity.Arguments(diesWithParent: true), .. plan.Command])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        try
        {
            return (Process.Start(start)!, info);
        }
        catch (Win32Exception failure)
        {
            info.Dispose();
            throw new IOException($"cannot start /bin/sh: {failure.Message}", failure);
        }
        finally
        {
            info.DisposeLocalCopyOfClientHandle();
        }
    }

    /// <summary>Sends a signal to PID 1. Like in every container, one that it does not handle is ignored, SIGKILL excepted.</summary>
    public void Signal(int signal)
    {
        if (!Exit.IsCompleted)
        {
            NativeMethods.Signal(ProcessId, signal);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _bwrap.Dispose();

    private static async Task<int> ReadProcessIdAsync(Stream info, Task<int> exit, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new byte[512];
        while (!text.ToString().Contains('}', StringComparison.Ordinal))
        {
            var read = info.ReadAsync(buffer, cancellationToken).AsTask();
            await Task.WhenAny(read, exit);
            var count = await (read.IsCompleted ? read : read.WaitAsync(DrainDeadline, TimeProvider.System, cancellationToken));
            if (count == 0)
            {
                throw new IOException("the sandbox could not be made");
            }

            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        return int.Parse(JsonNode.Parse(text.ToString()).Text("child-pid")!, CultureInfo.InvariantCulture);
    }

    /// <summary>What kept the program from being started, when its sandbox ended with <paramref name="exitCode"/>; null when it did start.</summary>
    public static async Task<string?> StartFaultAsync(int exitCode, string log)
    {
        var line = exitCode is 1 or 126 or 127 ? await LastLineAsync(log) : "";
        return line.StartsWith("setpriv: failed to execute", StringComparison.Ordinal) || line.StartsWith("bwrap: ", StringComparison.Ordinal)
            ? line
            : null;
    }

    // Until bwrap and setpriv have become the program, its namespaces are not yet what an exec would have to enter.
    private async Task BegunAsync(CancellationToken cancellationToken)
    {
        var program = new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{ProcessId}/exe"));
        while (!Exit.IsCompleted && Path.GetFileName(program.LinkTarget) is "bwrap" or "setpriv")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, cancellationToken);
            program.Refresh();
        }
    }

    private static async Task<string> LastLineAsync(string log) =>
        File.Exists(log) ? (await File.ReadAllLinesAsync(log)).LastOrDefault() ?? "no message" : "no message";

    private static async Task<int> ExitAsync(Process bwrap)
    {
        await bwrap.WaitForExitAsync();
        return bwrap.ExitCode;
    }
}
