using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Stash.Core.Api;
using Stash.Core.Signals;

namespace Stash.Runner.Tests.Sidecar;

[Trait("needs", "restic")]
public sealed class SidecarTests
{
    [Fact]
    public async Task Signal_ReturnsTheRecord_WhenTheSessionIsDone()
    {
        using var scene = new SidecarScene();
        await scene.StartAsync();
        var (code, first, _) = await scene.SignalAsync(scene.Backup("s1"));
        code.ShouldBe(0);
        first.ShouldNotBeNull().Outcome.ShouldBe(Outcome.Succeeded, first.Message);
        first.Initialized.ShouldBeTrue();

        var (again, second, _) = await scene.SignalAsync(scene.Backup("s1"));
        again.ShouldBe(0);
        second.ShouldBe(first);
        (await scene.CountSnapshotsAsync()).ShouldBe(1);
        File.GetUnixFileMode(scene.Socket).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var other = scene.Backup("s1");
        var (refused, differs, _) = await scene.SignalAsync(other with { Backup = other.Backup! with { Host = "host-1" } });
        refused.ShouldBe(ExitCodes.FailedForGood);
        differs!.Outcome.ShouldBe(Outcome.InvalidRequest);
    }

    [Fact]
    public async Task Signal_Attaches_WhenTheSessionRuns()
    {
        using var scene = new SidecarScene();
        await scene.StartAsync();
        var leaving = scene.BeginSignal(scene.Backup("s1", isSlow: true));
        await scene.UntilResticWorksAsync();
        var (busy, other, _) = await scene.SignalAsync(scene.Backup("s2"));
        (busy, other!.Outcome, other.Retryable).ShouldBe((ExitCodes.TryAgain, Outcome.SidecarBusy, true));

        leaving.Kill();
        var followers = await Task.WhenAll(scene.SignalAsync(scene.Backup("s1", isSlow: true)), scene.SignalAsync(scene.Backup("s1", isSlow: true)));

        followers[0].Result!.Outcome.ShouldBe(Outcome.Succeeded, followers[0].Result!.Message);
        followers[1].Result.ShouldBe(followers[0].Result);
        followers[0].Lines.ShouldContain(line => line.Progress != null && line.Progress.BytesDone > 0);
        (await scene.CountSnapshotsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Signal_EndsWithOneSnapshot_WhenTheSidecarWasKilledMeanwhile()
    {
        using var scene = new SidecarScene();
        var sidecar = await scene.StartAsync();
        var cut = scene.BeginSignal(scene.Backup("s1", isSlow: true));
        await scene.UntilResticWorksAsync();
        sidecar.Kill();
        (await scene.ExitAsync(cut)).ShouldBe(ExitCodes.TryAgain);

        await scene.StartAsync();
        var (code, result, _) = await scene.SignalAsync(scene.Backup("s1", isSlow: true));
        code.ShouldBe(0, result?.Message);
        (await scene.CountSnapshotsAsync()).ShouldBe(1);
        scene.Locks().ShouldBeEmpty();
    }

    [Fact]
    public async Task Signal_FindsTheSnapshot_WhenTheSidecarWasKilledAfterItWasSaved()
    {
        using var scene = new SidecarScene();
        var sidecar = await scene.StartAsync();
        var (_, saved, _) = await scene.SignalAsync(scene.Backup("s1"));
        sidecar.Kill();
        await scene.ExitAsync(sidecar);
        await ForgetResultAsync(scene.At("work/results/s1.backup.json"));

        await scene.StartAsync();
        var (code, found, _) = await scene.SignalAsync(scene.Backup("s1"));
        code.ShouldBe(0, found?.Message);
        found!.Backup!.SnapshotId.ShouldStartWith(saved!.Backup!.SnapshotId);

        var another = scene.Backup("s1") with { Session = "s1.2" };
        await ForgetResultAsync(scene.At("work/results/s1.backup.json"));
        (await scene.SignalAsync(another)).Result!.Backup!.SnapshotId.ShouldStartWith(saved.Backup.SnapshotId);
        (await scene.CountSnapshotsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Signal_TellsSidecarRestarted_WhenTheRepositoryCannotBeAsked()
    {
        using var scene = new SidecarScene();
        await scene.StartAsync();
        await scene.SignalAsync(scene.Backup("s1"));
        await ForgetResultAsync(scene.At("work/results/s1.backup.json"));
        await File.WriteAllTextAsync(scene.At("secret/RESTIC_PASSWORD"), "another", TestContext.Current.CancellationToken);

        var (code, result, _) = await scene.SignalAsync(scene.Backup("s1"));
        (code, result!.Outcome, result.Retryable).ShouldBe((ExitCodes.TryAgain, Outcome.SidecarRestarted, true));
    }

    [Fact]
    public async Task Terminate_LeavesNoLockAndRecords_WhenABackupRuns()
    {
        using var scene = new SidecarScene();
        var sidecar = await scene.StartAsync();
        var following = scene.SignalAsync(scene.Backup("s1", isSlow: true));
        await scene.UntilResticWorksAsync();
        using (var kill = Process.Start("kill", ["-TERM", sidecar.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await scene.ExitAsync(kill);
        }

        (await scene.ExitAsync(sidecar)).ShouldBe(0);
        var (code, result, _) = await following;
        (code, result!.Outcome).ShouldBe((ExitCodes.TryAgain, Outcome.Interrupted), result.Message);
        scene.Locks().ShouldBeEmpty();
        File.Exists(scene.Socket).ShouldBeFalse();

        await scene.StartAsync();
        (await scene.SignalAsync(scene.Backup("s1", isSlow: true))).Result!.Outcome.ShouldBe(Outcome.Interrupted);
        var retry = scene.Backup("s1", isSlow: true) with { Session = "s1.2" };
        (await scene.SignalAsync(retry)).Result!.Outcome.ShouldBe(Outcome.Succeeded);
        (await scene.CountSnapshotsAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Start_Fails_WhenAnotherSidecarAnswers()
    {
        using var scene = new SidecarScene();
        await scene.StartAsync();
        var (code, _, errors) = await scene.RunAsync("", "sidecar", "--socket", scene.Socket, "--work", scene.At("work"), "--secrets", scene.At("secret"));
        code.ShouldBe(ExitCodes.Refused);
        errors.ShouldContain("Another sidecar answers");
    }

    [Theory]
    [InlineData("", "Required value")]
    [InlineData("null", "must be a JSON object")]
    [InlineData("{", "cannot be understood")]
    [InlineData("[]", "cannot be understood")]
    [InlineData("""{"session":"s","verb":"backup","repository":"/r"}""", "backup: Required value")]
    [InlineData("""{"session":"../../s","verb":"stats","repository":"/r"}""", "session: must be")]
    [InlineData("""{"session":"s","session":"t","verb":"stats","repository":"/r"}""", "cannot be understood")]
    public async Task Answer_IsInvalidRequest_WhenTheLineIsMalformed(string line, string message)
    {
        using var scene = new SidecarScene();
        await scene.StartAsync();
        var result = await SendRawAsync(scene.Socket, Encoding.UTF8.GetBytes(line + "\n"));
        result.ShouldNotBeNull().Outcome.ShouldBe(Outcome.InvalidRequest);
        result.Message.ShouldContain(message);
    }

    [Fact]
    public async Task Sidecar_GoesOnAnswering_WhenClientsAreHostile()
    {
        using var scene = new SidecarScene();
        var sidecar = await scene.StartAsync();
        var random = new Random(11);
        for (var i = 0; i < 40; i++)
        {
            var junk = new byte[random.Next(1, 3000)];
            random.NextBytes(junk);
            await SendRawAsync(scene.Socket, [.. junk, (byte)'\n']);
        }

        await SendRawAsync(scene.Socket, new byte[(1 << 20) + 100]);
        sidecar.HasExited.ShouldBeFalse();
        (await scene.RunAsync("", "signal", "ping", "--socket", scene.Socket)).Code.ShouldBe(0);
    }

    /// <summary>As if the sidecar had been killed before it recorded the result.</summary>
    private static async Task ForgetResultAsync(string file)
    {
        var record = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!.AsObject();
        record.Remove("result").ShouldBeTrue();
        await File.WriteAllTextAsync(file, record.ToJsonString(), TestContext.Current.CancellationToken);
    }

    private static async Task<SignalResult?> SendRawAsync(string path, byte[] bytes)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), TestContext.Current.CancellationToken);
        await using var stream = new NetworkStream(socket);
        try
        {
            await stream.WriteAsync(bytes, TestContext.Current.CancellationToken);
            using var reader = new StreamReader(stream);
            var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
            return line is null ? null : JsonSerializer.Deserialize(line, StashJson.Default.SignalLine)!.Result;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
