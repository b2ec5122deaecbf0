using System.Diagnostics;

namespace Stash.Core.Restic;

/// <summary>What is run, and how.</summary>
/// <param name="Program">Path of restic, or its name on PATH.</param>
/// <param name="GlobalArgs">Options before the verb.</param>
/// <param name="Environment">The whole environment.</param>
/// <param name="Priority">Priority; null leaves it.</param>
/// <param name="InterruptGrace">How long restic may take to end after SIGINT; then it is killed.</param>
public sealed record ResticLaunch(
    string Program,
    IReadOnlyList<string> GlobalArgs,
    IReadOnlyDictionary<string, string> Environment,
    ProcessPriority? Priority,
    TimeSpan InterruptGrace);

/// <summary>How a run of restic ended.</summary>
/// <param name="Code">Its exit code; 128 and the signal's number where a signal ended it.</param>
/// <param name="WasInterrupted">Whether we interrupted it.</param>
/// <param name="StartFailure">Why it could not be started; null when it was.</param>
public sealed record ResticExit(int Code, bool WasInterrupted, string? StartFailure);

/// <summary>Runs restic once.</summary>
public sealed class ResticProcess(ResticLaunch launch, TimeProvider time)
{
    private const int LongestLine = 1 << 20;
    private const int InterruptedCode = 130;

    /// <summary>Gets sentences about the start that are worth the log.</summary>
    public Action<string>? OnNotice { get; init; }

    /// <summary>Gets the process id as soon as restic runs.</summary>
    public Action<int>? OnStarted { get; init; }

    /// <summary>How long standard output is read after restic ended, where a process that it started holds it open.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Writes standard input, which is closed once it returns true. False ends restic at once, its input still open: a backup from standard
    /// input saves no snapshot then. An IOException tells that restic ended before.
    /// </summary>
    public Func<Stream, CancellationToken, Task<bool>>? WriteInput { get; init; }

    /// <summary>Runs restic to its end.</summary>
    /// <param name="arguments">The verb and its options; never a secret among them.</param>
    /// <param name="readOutput">Reads standard output to its end.</param>
    /// <param name="onErrorLine">Gets each line of standard error.</param>
    /// <param name="cancellationToken">Sends SIGINT, and SIGKILL after the grace.</param>
    public async Task<ResticExit> RunAsync(
        IReadOnlyList<string> arguments,
        Func<Stream, Task> readOutput,
        Func<ReadOnlyMemory<byte>, ValueTask> onErrorLine,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(readOutput);
        if (cancellationToken.IsCancellationRequested)
        {
            return new(InterruptedCode, WasInterrupted: true, StartFailure: null);
        }

        Process process;
        try
        {
            process = ChildProcess.Start(
                launch.Program, [.. launch.GlobalArgs, .. arguments], launch.Environment, launch.Priority, keepsInput: WriteInput is not null, out var refused);
            foreach (var sentence in refused)
            {
                OnNotice?.Invoke(sentence);
            }
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return new(0, WasInterrupted: false, $"{launch.Program} could not be started: {e.Message}");
        }

        using (process)
        {
            OnStarted?.Invoke(process.Id);
            var readers = Task.WhenAll(
                readOutput(process.StandardOutput.BaseStream),
                LineReader.ReadAsync(process.StandardError.BaseStream, LongestLine, onErrorLine, CancellationToken.None));
            var wasInterrupted = WriteInput is null ? await EndAsync(process, cancellationToken) : await FeedAsync(process, WriteInput, cancellationToken);
            await DrainAsync(readers);
            return new(process.ExitCode, wasInterrupted, StartFailure: null);
        }
    }

    private async Task<bool> FeedAsync(Process process, Func<Stream, CancellationToken, Task<bool>> write, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var refused = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = WriteAsync(process, write, refused, over.Token);
        var wasInterrupted = await EndAsync(process, refused.Token);
        await over.CancelAsync();
        await writing;
        return wasInterrupted;
    }

    /// <summary>Only a source that ended well closes the input; whatever else happens, restic must not take what came so far for the whole.</summary>
    private static async Task WriteAsync(
        Process process, Func<Stream, CancellationToken, Task<bool>> write, CancellationTokenSource refused, CancellationToken over)
    {
        try
        {
            if (await write(process.StandardInput.BaseStream, over))
            {
                process.StandardInput.Close();
            }
            else
            {
                await refused.CancelAsync();
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // restic ended by itself, or is being ended: its own words tell why.
        }
    }

    private async Task<bool> EndAsync(Process process, CancellationToken cancellationToken)
    {
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return false;
        }
        catch (OperationCanceledException)
        {
            ChildProcess.Interrupt(process);
        }

        try
        {
            using var grace = new CancellationTokenSource(launch.InterruptGrace, time);
            await process.WaitForExitAsync(grace.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        return true;
    }

    /// <summary>A grandchild that holds the pipes open (rclone, ssh) must not keep us after restic itself has ended.</summary>
    private async Task DrainAsync(Task readers)
    {
        try
        {
            await readers.WaitAsync(DrainLimit, time);
        }
        catch (TimeoutException)
        {
            OnNotice?.Invoke("A process that restic started still holds its output; what it says is not waited for.");
        }
    }
}
