using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Stash.Core.Restic;
using Stash.Runner.Logging;

namespace Stash.Runner.Perform;

/// <summary>A command whose standard output is backed up, or whose standard input a restore is: without a shell, in this process's environment.</summary>
internal sealed class PipedCommand(IReadOnlyList<string> command, Scrubber scrubber, ILogger log) : IBackupSource, IRestoreSink, IDisposable
{
    private const int CopyBuffer = 1 << 17;
    private const int LongestLine = 1 << 16;
    private const int WordsKept = 5;
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    private readonly Queue<string> _words = new();
    private Process? _process;
    private Task _errors = Task.CompletedTask;

    /// <inheritdoc/>
    public string? Fault { get; private set; }

    /// <inheritdoc/>
    public async Task<bool> WriteToAsync(Stream output, CancellationToken cancellationToken)
    {
        Fault = null;
        if (!TryStart(input: false))
        {
            return false;
        }

        try
        {
            await _process!.StandardOutput.BaseStream.CopyToAsync(output, CopyBuffer, cancellationToken);
            await output.FlushAsync(cancellationToken);
            await _process.WaitForExitAsync(cancellationToken);
        }
        finally
        {
            Kill();
        }

        Fault = await FaultOfAsync();
        return Fault is null;
    }

    /// <inheritdoc/>
    public Stream? Begin() => TryStart(input: true) ? _process!.StandardInput.BaseStream : null;

    /// <inheritdoc/>
    public async Task<string?> EndAsync(bool isWhole, CancellationToken cancellationToken)
    {
        if (_process is null)
        {
            return Fault;
        }

        // A client of a database that reads an end takes it for the end of the script: what is not whole must not look so.
        var endedBefore = _process.HasExited;
        try
        {
            if (isWhole)
            {
                CloseInput(_process);
                await _process.WaitForExitAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            Kill();
            return $"{Name} was stopped before it had ended";
        }

        Kill();
        Fault = isWhole || endedBefore ? await FaultOfAsync() : null;
        return Fault ?? (isWhole || !endedBefore ? null : $"{Name} ended before it had read everything");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill();
        _process?.Dispose();
    }

    private string Name => command[0];

    private bool TryStart(bool input)
    {
        var info = new ProcessStartInfo(command[0], command.Skip(1))
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        try
        {
            _process?.Dispose();
            _words.Clear();
            _process = Process.Start(info)!;
        }
        catch (Win32Exception missing)
        {
            Fault = $"{Name} could not be started: {missing.Message}; the Function's image must carry it";
            return false;
        }

        var lines = LineReader.ReadAsync(_process.StandardError.BaseStream, LongestLine, TakeLine, CancellationToken.None);
        if (input)
        {
            _errors = Task.WhenAll(lines, LineReader.ReadAsync(_process.StandardOutput.BaseStream, LongestLine, TakeLine, CancellationToken.None));
        }
        else
        {
            _process.StandardInput.Close();
            _errors = lines;
        }

        return true;
    }

    private async Task<string?> FaultOfAsync()
    {
        await _process!.WaitForExitAsync();
        try
        {
            await _errors.WaitAsync(DrainLimit, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            // A process that it left behind holds the pipe; its words are not waited for.
        }

        var words = string.Join(' ', Words());
        return _process.ExitCode == 0
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{Name} ended with exit code {_process.ExitCode}{(words.Length == 0 ? "" : ": " + words)}");
    }

    private IReadOnlyList<string> Words()
    {
        lock (_words)
        {
            return [.. _words];
        }
    }

    private ValueTask TakeLine(ReadOnlyMemory<byte> line)
    {
        var text = scrubber.Scrub(Encoding.UTF8.GetString(line.Span)).TrimEnd();
        if (text.Length > 0)
        {
            log.CommandSays(Name, text);
            lock (_words)
            {
                _words.Enqueue(text.Length > 400 ? text[..400] + "..." : text);
                if (_words.Count > WordsKept)
                {
                    _words.Dequeue();
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    private static void CloseInput(Process process)
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read all: its exit code tells.
        }
    }

    private void Kill()
    {
        try
        {
            if (_process is { HasExited: false })
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception)
        {
            // It ended in this moment.
        }
    }
}
