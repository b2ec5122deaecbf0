using System.Diagnostics;
using System.Text.Json;
using Stash.Core.Api;
using Stash.Core.Restic;
using Stash.Core.Signals;

namespace Stash.Runner.Tests.Sidecar;

/// <summary>The built sidecar as a process, with a Secret, files and a place for a repository.</summary>
internal sealed class SidecarScene : IDisposable
{
    public const string Password = "pa55word-of-the-tests";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);

    private readonly List<Process> _started = [];

    public SidecarScene()
    {
        Root = Directory.CreateTempSubdirectory("stash-sc-").FullName;
        foreach (var folder in new[] { "secret", "source", "work" })
        {
            Directory.CreateDirectory(At(folder));
        }

        File.WriteAllText(At("secret/RESTIC_PASSWORD"), Password);
        File.WriteAllText(At("source/a"), "hello");
    }

    public string Root { get; }

    public string Socket => At("s.sock");

    public static string Program => Path.Combine(AppContext.BaseDirectory, "stash-runner");

    public string At(string path) => Path.Combine(Root, path);

    /// <summary>Starts the sidecar and waits until it answers.</summary>
    public async Task<Process> StartAsync()
    {
        var sidecar = Start("sidecar", "--socket", Socket, "--work", At("work"), "--secrets", At("secret"), "--grace", "20s");
        await UntilAsync(
            async () =>
            {
                sidecar.Process.HasExited.ShouldBeFalse(sidecar.Errors());
                return (await RunAsync("", "signal", "ping", "--socket", Socket)).Code == 0;
            },
            "the sidecar answers");
        return sidecar.Process;
    }

    public SignalRequest Backup(string session, bool isSlow = false)
    {
        if (isSlow && !File.Exists(At("source/big")))
        {
            var bytes = new byte[32 << 20];
            new Random(3).NextBytes(bytes);
            File.WriteAllBytes(At("source/big"), bytes);
        }

        return new()
        {
            Session = session,
            Verb = SignalVerb.Backup,
            Repository = At("repo"),
            Backup = new BackupOrder
            {
                Paths = [At("source")],
                Host = "host-0",
                Tags = ["config", $"session:{session}"],
                MayInitialize = true,
                Args = isSlow ? ["--limit-upload", "1024"] : null,
            },
        };
    }

    /// <summary>Signals and waits for the end of the answer.</summary>
    public async Task<(int Code, SignalResult? Result, IReadOnlyList<SignalLine> Lines)> SignalAsync(SignalRequest request)
    {
        var (code, output, _) = await RunAsync(ToJson(request) + "\n", "signal", request.Verb, "--session", request.Session, "--socket", Socket);
        output.ShouldNotContain(Password);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize(line, StashJson.Default.SignalLine)!).ToList();
        return (code, lines.LastOrDefault()?.Result, lines);
    }

    /// <summary>Begins to signal, and leaves the process to the caller; its standard input stays open, as over exec v4.</summary>
    public Process BeginSignal(SignalRequest request)
    {
        var (process, _) = Start("signal", request.Verb, "--session", request.Session, "--socket", Socket);
        process.StandardInput.Write(ToJson(request) + "\n");
        process.StandardInput.Flush();
        return process;
    }

    /// <summary>Waits until restic holds its lock.</summary>
    public Task UntilResticWorksAsync() =>
        UntilAsync(() => Task.FromResult(Locks().Count > 0), "restic works");

    /// <summary>Locks, without drafts that restic left while it wrote one.</summary>
    public IReadOnlyList<string> Locks() => Directory.Exists(At("repo/locks"))
        ? [.. Directory.GetFiles(At("repo/locks")).Where(file => !Path.GetFileName(file).Contains("-tmp-", StringComparison.Ordinal))]
        : [];

    /// <summary>Runs the program to its end.</summary>
    public async Task<(int Code, string Output, string Errors)> RunAsync(string input, params string[] arguments)
    {
        var (process, errors) = Start(arguments);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bounded.CancelAfter(Longest);
        var output = await process.StandardOutput.ReadToEndAsync(bounded.Token);
        await process.WaitForExitAsync(bounded.Token);
        return (process.ExitCode, output, errors());
    }

    public async Task<int> ExitAsync(Process process)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bounded.CancelAfter(Longest);
        await process.WaitForExitAsync(bounded.Token);
        return process.ExitCode;
    }

    /// <summary>Snapshots by restic's own count.</summary>
    public async Task<long> CountSnapshotsAsync()
    {
        var operations = new RepositoryOperations(new ResticSurroundings("restic", At("secret"), At("count")), TimeProvider.System);
        var stats = await operations.RunAsync(
            Backup("count") with { Verb = SignalVerb.Stats }, _ => ValueTask.CompletedTask, TestContext.Current.CancellationToken);
        return stats.Stats.ShouldNotBeNull(stats.Message).SnapshotCount;
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(Longest, what);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        foreach (var process in _started)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }

            process.Dispose();
        }

        Directory.Delete(Root, recursive: true);
    }

    private static string ToJson(SignalRequest request) => JsonSerializer.Serialize(request, StashJson.Default.SignalRequest);

    private (Process Process, Func<string> Errors) Start(params string[] arguments)
    {
        var info = new ProcessStartInfo(Program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(info)!;
        var errors = new System.Text.StringBuilder();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
            {
                errors.AppendLine(line.Data);
            }
        };
        process.BeginErrorReadLine();
        _started.Add(process);
        return (process, () =>
        {
            lock (errors)
            {
                return errors.ToString();
            }
        });
    }
}
