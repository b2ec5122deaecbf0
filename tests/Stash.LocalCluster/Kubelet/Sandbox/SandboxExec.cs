using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Stash.LocalCluster.Kubelet.Sandbox;

/// <summary>Runs a further command in a running sandbox: same namespaces, identity, environment and working directory.</summary>
internal static class SandboxExec
{
    // Pipes may be held open by what the command left behind; containerd waits as little.
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(2);

    /// <summary>Runs and waits.</summary>
    /// <returns>The exit code; 128 and the signal's number when a signal killed it.</returns>
    /// <exception cref="IOException">It could not be started.</exception>
    /// <remarks>Cancelling closes the pipes and leaves the command alone, unless <paramref name="killWhenCancelled"/>.</remarks>
    public static async Task<int> RunAsync(
        SandboxProcess sandbox,
        IReadOnlyList<string> command,
        ExecStreams streams,
        bool killWhenCancelled,
        CancellationToken cancellationToken)
    {
        using var process = await StartAsync(sandbox, command);
        using var pipes = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var input = FeedAsync(streams.Input, process.StandardInput, pipes.Token);
        var output = Task.WhenAll(
            DrainAsync(process.StandardOutput.BaseStream, streams.Output, pipes.Token),
            DrainAsync(process.StandardError.BaseStream, streams.Error ?? (streams.Terminal ? streams.Output : null), pipes.Token));
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            await Task.WhenAny(output, Task.Delay(Drain, TimeProvider.System, cancellationToken));
            if (output.IsFaulted)
            {
                await output;
            }

            return process.ExitCode;
        }
        catch (OperationCanceledException) when (killWhenCancelled)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        finally
        {
            await pipes.CancelAsync();
            await Task.WhenAll(Quiet(input), Quiet(output));
            process.StandardInput.BaseStream.Close();
            process.StandardOutput.Close();
            process.StandardError.Close();
        }
    }

    private static async Task<Process> StartAsync(SandboxProcess sandbox, IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo("/usr/bin/nsenter")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        string[] spaces = Identity.CanSwitch ? [] : ["--user", "--preserve-credentials"];
        var target = string.Create(CultureInfo.InvariantCulture, $"--target={sandbox.ProcessId}");
        var folder = string.Create(CultureInfo.InvariantCulture, $"--wd=/proc/{sandbox.ProcessId}/root{sandbox.Plan.WorkingDirectory}");
        foreach (var argument in (string[])
            [target, .. spaces, "--mount", "--pid", "--uts", "--ipc", folder, "--", .. sandbox.Plan.Identity.Arguments(diesWithParent: false), .. command])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in sandbox.Plan.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return await LauncherThread.RunAsync(() => Process.Start(start)!);
        }
        catch (Win32Exception failure)
        {
            throw new IOException($"cannot start nsenter: {failure.Message}", failure);
        }
    }

    private static async Task FeedAsync(Stream? from, StreamWriter to, CancellationToken cancellationToken)
    {
        if (from is not null)
        {
            try
            {
                await from.CopyToAsync(to.BaseStream, cancellationToken);
            }
            catch (IOException)
            {
                // EPIPE: the command does not read what is left, which is its right.
            }
        }

        to.BaseStream.Close();
    }

    private static Task DrainAsync(Stream from, Stream? to, CancellationToken cancellationToken) =>
        from.CopyToAsync(to ?? Stream.Null, cancellationToken);

    private static async Task Quiet(Task task)
    {
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
