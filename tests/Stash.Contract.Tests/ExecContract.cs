using System.Net;
using System.Security.Cryptography;
using System.Text;
using Stash.Core.Kubernetes;
using static Stash.Contract.Tests.ContractCluster;

namespace Stash.Contract.Tests;

/// <summary>Commands in a running container.</summary>
public sealed class ExecContract(TestPod pod) : IClassFixture<TestPod>
{
    private readonly MemoryStream output = new();
    private readonly MemoryStream error = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("exit 0", 0, "", "")]
    [InlineData("exit 42", 42, "", "")]
    [InlineData("exit 255", 255, "", "")]
    [InlineData("echo out; echo err >&2; exit 3", 3, "out\n", "err\n")]
    [InlineData("kill -9 $$", 137, "", "")]
    public async Task Exec_TellsExitCodeAndBothOutputs(string script, int exitCode, string expectedOutput, string expectedError)
    {
        var result = await RunAsync(["/bin/sh", "-c", script]);

        result.ExitCode.ShouldBe(exitCode);
        Encoding.UTF8.GetString(output.ToArray()).ShouldBe(expectedOutput);
        Encoding.UTF8.GetString(error.ToArray()).ShouldBe(expectedError);
    }

    [Fact]
    public async Task Exec_PassesArgumentsUntouched_WhateverTheyHold()
    {
        string[] arguments = ["two words", "", "'\"$(id) `id` \\", "ünïcödé 漢字 🎉", "line\nfeed\ttab", "a&b=c%20d+e#f?g", "-n", "*"];

        var result = await RunAsync(["printf", "%s\\000", .. arguments]);

        result.ExitCode.ShouldBe(0);
        Encoding.UTF8.GetString(output.ToArray()).TrimEnd('\0').Split('\0').ShouldBe(arguments);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(3_000_000)]
    public async Task Exec_SendsStandardInputWhole(int length)
    {
        var input = new byte[length];
        new Random(length).NextBytes(input);

        var result = await RunAsync(["cat"], input);

        result.ExitCode.ShouldBe(0);
        output.Length.ShouldBe(length);
        SHA256.HashData(output.ToArray()).ShouldBe(SHA256.HashData(input));
    }

    /// <summary>A little only: of 2 MB left unread Kubernetes 1.36 itself hangs now and then, under kubectl as well.</summary>
    [Fact]
    public async Task Exec_TellsTheExitCode_WhenTheCommandLeavesItsInputUnread()
    {
        var result = await RunAsync(["/bin/sh", "-c", "exit 5"], new byte[1000]);

        result.ExitCode.ShouldBe(5);
    }

    [Fact]
    public async Task Exec_DeliversFiveMebibytesInOrder()
    {
        var expected = new StringBuilder();
        for (var number = 1; number <= 790_000; number++)
        {
            expected.Append(number).Append('\n');
        }

        var result = await RunAsync(["seq", "1", "790000"]);

        result.ExitCode.ShouldBe(0);
        output.Length.ShouldBeGreaterThan(5 * 1024 * 1024);
        Encoding.UTF8.GetString(output.ToArray()).Equals(expected.ToString(), StringComparison.Ordinal).ShouldBeTrue("the output differs from what seq prints");
    }

    [Fact]
    public async Task Exec_ThrowsWhatTheTakerOfOutputThrows()
    {
        var request = Request(["echo", "x"]) with { OnStandardOutput = _ => throw new InvalidDataException("mine") };

        (await Should.ThrowAsync<InvalidDataException>(() => pod.Cluster.Client.ExecAsync(request, Token))).Message.ShouldBe("mine");
    }

    [Fact]
    public async Task Exec_Is404_WhenThereIsNoPod()
    {
        var refusal = await Should.ThrowAsync<KubernetesException>(
            () => pod.Cluster.Client.ExecAsync(Request(["true"]) with { Pod = "missing-pod" }, Token));

        refusal.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        refusal.Reason.ShouldBe("NotFound");
        refusal.Message.ShouldContain("missing-pod");
    }

    [Fact]
    public async Task Exec_IsRefused_WhenThereIsNoSuchContainer()
    {
        var refusal = await Should.ThrowAsync<KubernetesException>(
            () => pod.Cluster.Client.ExecAsync(Request(["true"]) with { Container = "missing" }, Token));

        refusal.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        refusal.Message.ShouldContain("missing");
    }

    [Fact]
    public async Task Exec_DoesNotSucceed_WhenThereIsNoSuchCommand() =>
        (await OutcomeAsync(Request(["/no/such/program"]))).ShouldNotBe(0);

    [Fact]
    public async Task Exec_Ends_WhenItIsCancelled()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var request = Request(["/bin/sh", "-c", "echo begun; sleep 300"]) with { OnStandardOutput = async _ => await stop.CancelAsync() };

        await Should.ThrowAsync<OperationCanceledException>(() => pod.Cluster.Client.ExecAsync(request, stop.Token));
    }

    [Fact]
    public async Task Exec_DoesNotSucceed_WhenThePodIsDeletedMeanwhile()
    {
        var cluster = pod.Cluster;
        var name = Unique("doomed");
        await TestPod.StartAsync(cluster, name, "while :; do sleep 1; done");
        await TestPod.PhaseAsync(cluster, name, "Running");
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var request = Request(["/bin/sh", "-c", "echo begun; sleep 300"]) with
        {
            Pod = name,
            OnStandardOutput = _ =>
            {
                begun.TrySetResult();
                return ValueTask.CompletedTask;
            },
        };

        var outcome = OutcomeAsync(request);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Token);
        await cluster.Client.DeleteAsync(ResourceTypes.Pods, cluster.Namespace, name, new() { GracePeriodSeconds = 0 }, Token);

        (await outcome.WaitAsync(TimeSpan.FromSeconds(90), TimeProvider.System, Token)).ShouldNotBe(0);
    }

    /// <summary>The exit code; null where the cluster could not tell one.</summary>
    private async Task<int?> OutcomeAsync(ExecRequest request)
    {
        try
        {
            return (await pod.Cluster.Client.ExecAsync(request, Token)).ExitCode;
        }
        catch (Exception exception) when (exception is KubernetesException or ExecConnectionException)
        {
            return null;
        }
    }

    private Task<ExecResult> RunAsync(IReadOnlyList<string> command, byte[]? input = null) =>
        pod.Cluster.Client.ExecAsync(Request(command) with { StandardInput = input is null ? null : new ReadOnlyMemory<byte>(input) }, Token);

    private ExecRequest Request(IReadOnlyList<string> command) => new()
    {
        Namespace = pod.Cluster.Namespace,
        Pod = pod.Name,
        Container = "main",
        Command = command,
        OnStandardOutput = chunk => output.WriteAsync(chunk),
        OnStandardError = chunk => error.WriteAsync(chunk),
    };
}
