using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Signals;
using Stash.Core.Tasks;
using Stash.Runner.Tests.Golden;

namespace Stash.Runner.Tests.Perform;

/// <summary>What the container of a Job has: the Secret's files, the session's order, a file for the termination message; and a repository.</summary>
internal sealed class PerformScene : IDisposable
{
    public const string Password = "correct horse battery";
    public const string DatabasePassword = "open-sesame-42";
    private readonly string _folder = Directory.CreateTempSubdirectory("stash-perform-").FullName;

    public PerformScene()
    {
        Directory.CreateDirectory(At("secret"));
        File.WriteAllText(At("secret/RESTIC_PASSWORD"), Password);
        Order = new SignalRequest
        {
            Session = "db-1",
            Verb = SignalVerb.Backup,
            Repository = At("repo"),
            Backup = new BackupOrder { Paths = [], Host = "host-0", Tags = ["stash-config:app/db", "stash-session:db-1"], MayInitialize = true },
        };
    }

    public SignalRequest? Order { get; set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public string At(string path) => Path.Combine(_folder, path);

    /// <summary>Runs <c>stash-runner perform</c>, and looks for secrets in what it says.</summary>
    /// <returns>Its exit code, its log, and the result in its termination message; null where it left none.</returns>
    public async Task<(int ExitCode, string Log, SignalResult? Result)> RunAsync(params string[] arguments)
    {
        File.Delete(At("message"));
        var environment = new Dictionary<string, string> { ["DB_PASSWORD"] = DatabasePassword };
        if (Order is not null)
        {
            environment[TaskNames.OrderVariable] = JsonSerializer.Serialize(Order, StashJson.Default.SignalRequest);
        }

        var end = await RunnerProgram.RunAsync(
            _folder, ["perform", arguments[0], "--secret", At("secret"), "--termination-message", At("message"), .. arguments[1..]], "", Token, environment);
        var message = File.Exists(At("message")) ? await File.ReadAllTextAsync(At("message"), Token) : null;
        foreach (var text in new[] { end.Output, end.Error, message ?? "" })
        {
            text.ShouldNotContain(DatabasePassword);
            text.ShouldNotContain(Password);
        }

        return (end.ExitCode, end.Output + end.Error, message is null ? null : JsonSerializer.Deserialize(message, StashJson.Default.SignalResult));
    }

    public async Task<IReadOnlyList<JsonObject>> SnapshotsAsync() =>
        [.. JsonNode.Parse(await ResticAsync("snapshots", "--no-lock", "--json"))!.AsArray().Select(one => one!.AsObject())];

    public IReadOnlyList<string> Locks() => Directory.Exists(At("repo/locks")) ? Directory.GetFiles(At("repo/locks")) : [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<string> ResticAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("restic", ["-r", At("repo"), "--no-cache", .. arguments]) { RedirectStandardOutput = true };
        start.Environment["RESTIC_PASSWORD"] = Password;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        process.ExitCode.ShouldBe(0);
        return output;
    }
}
