using System.Diagnostics;
using System.Text.Json;
using Stash.Core.Api;
using Stash.Core.Restic;
using Stash.Core.Signals;

namespace Stash.Core.Tests.Restic;

/// <summary>A Secret, files and a place for a repository in a folder of its own; every line that comes out is searched for the password.</summary>
internal sealed class ResticScene : IDisposable
{
    public const string Password = "pa55-Wörd \"quoted\" & long";

    private readonly string _restic;

    public ResticScene(string restic)
    {
        _restic = restic;
        Root = Directory.CreateTempSubdirectory("stash-restic-").FullName;
        foreach (var folder in new[] { "secret", "source", "work" })
        {
            Directory.CreateDirectory(At(folder));
        }

        WriteSecret(RepositorySecret.Password, Password + "\n");
        File.WriteAllText(At("source/a file"), "hello");
    }

    /// <summary>restic of the machine, and the one that STASH_RESTIC names.</summary>
    public static TheoryData<string> Restics
    {
        get
        {
            var restics = new TheoryData<string> { "restic" };
            if (Environment.GetEnvironmentVariable("STASH_RESTIC") is { Length: > 0 } other)
            {
                restics.Add(other);
            }

            return restics;
        }
    }

    public string Root { get; }

    public string Repository { get; set; } = "";

    public List<SignalLine> Lines { get; } = [];

    public Action<int>? OnStarted { get; set; }

    public string At(string path) => Path.Combine(Root, path);

    public void WriteSecret(string key, string value) => File.WriteAllText(At($"secret/{key}"), value);

    public SignalRequest Backup(string session = "s1", IReadOnlyList<string>? args = null, IReadOnlyList<string>? paths = null) => new()
    {
        Session = session,
        Verb = SignalVerb.Backup,
        Repository = Repository.Length > 0 ? Repository : At("repo"),
        Backup = new BackupOrder
        {
            Paths = paths ?? [At("source")], Host = "host-0", Tags = ["config", $"session:{session}"], Args = args, MayInitialize = true,
        },
    };

    public SignalRequest Slow(string session = "slow")
    {
        var bytes = new byte[24 << 20];
        new Random(7).NextBytes(bytes);
        File.WriteAllBytes(At("source/big"), bytes);
        return Backup(session, ["--limit-upload", "512"]);
    }

    public SignalRequest Forget(RetentionPolicy? policy = null) => Backup() with
    {
        Verb = SignalVerb.Forget,
        Backup = null,
        Forget = new ForgetOrder { Hosts = ["host-0"], Tag = "config", Policy = policy ?? new RetentionPolicy { KeepLast = 1, Prune = true } },
    };

    public SignalRequest Check(string? subset = null) =>
        Backup() with { Verb = SignalVerb.Check, Backup = null, Check = new CheckOrder { ReadDataSubset = subset } };

    public SignalRequest Stats() => Backup() with { Verb = SignalVerb.Stats, Backup = null };

    public Task<SignalResult> RunAsync(SignalRequest request) => RunUntilAsync(request, TestContext.Current.CancellationToken);

    public async Task<SignalResult> RunUntilAsync(SignalRequest request, CancellationToken cancellationToken)
    {
        var operations = new RepositoryOperations(new ResticSurroundings(_restic, At("secret"), At("work")), TimeProvider.System) { OnStarted = id => OnStarted?.Invoke(id) };
        var lines = new List<SignalLine>();
        var result = await operations.RunAsync(
            request,
            line =>
            {
                lines.Add(line);
                return ValueTask.CompletedTask;
            },
            cancellationToken);
        Lines.AddRange(lines);
        foreach (var line in lines.Append(new SignalLine { Result = result }))
        {
            JsonSerializer.Serialize(line, StashJson.Default.SignalLine).ShouldNotContain("pa55");
        }

        return result;
    }

    /// <summary>How many snapshots restic itself counts.</summary>
    public async Task<long> CountSnapshotsAsync() => (await RunAsync(Stats())).Stats.ShouldNotBeNull().SnapshotCount;

    /// <summary>Locks, without drafts that restic left while it wrote one; none where there is no repository.</summary>
    public IReadOnlyList<string> Locks(string repository = "repo") =>
        Directory.Exists(At($"{repository}/locks")) ? [.. Directory.GetFiles(At($"{repository}/locks")).Where(file => !Path.GetFileName(file).Contains("-tmp-", StringComparison.Ordinal))] : [];

    /// <summary>Starts a slow backup by restic itself and waits until it holds its lock.</summary>
    public async Task<Process> StartHolderAsync()
    {
        var slow = Slow();
        var info = new ProcessStartInfo(_restic, ["backup", "--limit-upload", "256", slow.Backup!.Paths[0]]) { RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["RESTIC_REPOSITORY"] = At("repo");
        info.Environment["RESTIC_PASSWORD_FILE"] = At($"secret/{RepositorySecret.Password}");
        info.Environment["RESTIC_CACHE_DIR"] = At("work/cache");
        var holder = Process.Start(info)!;
        await Eventually.TrueAsync(() => Locks().Count > 0, "restic takes its lock");
        return holder;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

/// <summary>Waits for a condition with a deadline.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(90);

    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(Longest, what);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
