using Stash.LocalCluster.Kubelet;
using Stash.LocalCluster.Kubelet.Sandbox;

namespace Stash.LocalCluster.Tests.Kubelet;

public class SandboxTests
{
    private const string Forever = """ "image":"x","command":["sh","-c","echo out; echo err >&2; sleep 1000"] """;

    [Fact]
    public async Task Exec_PassesStreamsAndExitCode_WhenTheContainerRuns()
    {
        await using var node = await RunningAsync($$$"""{"terminationGracePeriodSeconds":1,"containers":[{"name":"c",{{{Forever}}},"workingDir":"/usr","env":[{"name":"A.B","value":"1"},{"name":"C","value":"$(A.B)2$$(A.B)"}]}]}""");

        var result = await node.ExecAsync("c", "line\n", "sh", "-c", "cat; echo $C; pwd; hostname; echo $PPID; echo bad >&2; exit 42");

        result.ShouldBe((42, "line\n12$(A.B)\n/usr\np\n0\n", "bad\n"));
        (await node.ExecAsync("c", null, "env")).Output.ShouldContain("A.B=1\n");
        (await node.ExecAsync("c", null, "sh", "-c", "kill -9 $$")).Code.ShouldBe(137);
        (await node.LogAsync()).ShouldBe("out\nerr\n");
        (await node.LogAsync(options: new PodLogOptions(TailLines: 1))).ShouldBe("err\n");
    }

    [Fact]
    public async Task Exec_Throws_WhenContainerOrCommandIsNotThere()
    {
        await using var node = await RunningAsync($$$"""{"terminationGracePeriodSeconds":1,"containers":[{"name":"c",{{{Forever}}}}]}""");

        (await Should.ThrowAsync<PodRuntimeException>(() => node.ExecAsync("d", null, "true"))).Message.ShouldBe("container not found (\"d\")");
        (await Should.ThrowAsync<PodRuntimeException>(() => node.ExecAsync("c", null, "nonesuch"))).Message.ShouldContain("executable file not found in $PATH");
    }

    [Fact]
    public async Task Log_FollowsUntilTheContainerEnds_WhenAsked()
    {
        await using var node = await RunningAsync("""{"restartPolicy":"Never","containers":[{"name":"c","image":"x","command":["sh","-c","echo one; while [ ! -e /tmp/go ]; do sleep 0.05; done; echo two"]}]}""");

        var following = node.LogAsync(options: new PodLogOptions(Follow: true));
        await node.ExecAsync("c", null, "touch", "/tmp/go");

        (await following.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, TestNode.Cancel)).ShouldBe("one\ntwo\n");
    }

    [Theory]
    [InlineData("""{"runAsUser":4321,"runAsGroup":50}""", "", "4321 50 50 1 ")]
    [InlineData("""{"runAsUser":4321}""", ""","securityContext":{"fsGroup":777,"supplementalGroups":[888]}""", "4321 0 0 777 888 1 ")]
    [InlineData("""{"capabilities":{"drop":["ALL"]}}""", "", "0 0 0 1 ")]
    [InlineData("{}", "", "0 0 0 0 secret")]
    public async Task Run_IsTheUserOfTheSecurityContext(string container, string pod, string expected)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can become another user");
        await using var node = await TestNode.StartAsync();
        var folder = node.Kubelet.ClaimFolder("default", "data");
        await File.WriteAllTextAsync(Path.Join(folder, "private"), "secret", TestNode.Cancel);
        NativeMethods.Own(Path.Join(folder, "private"), 999, 999);
        File.SetUnixFileMode(Path.Join(folder, "private"), UnixFileMode.UserRead);
        await node.ObjectAsync(NodeObjects.Claims, """{"metadata":{"name":"data"}}""");
        await node.PodAsync($$$"""
            {"restartPolicy":"Never"{{{pod}}},"volumes":[{"name":"v","hostPath":{"path":"{{{folder}}}"}}],"containers":[{"name":"c","image":"x","securityContext":{{{container}}},
             "volumeMounts":[{"name":"v","mountPath":"/v"}],"command":["sh","-c","echo $(id -u) $(id -g) $(id -G) $(cat /v/private >/dev/null 2>&1; echo $?) $(cat /v/private 2>/dev/null)"]}]}
            """);

        await node.PhaseAsync("Succeeded");

        (await node.LogAsync()).Trim().ShouldBe(expected.Trim());
    }

    [Theory]
    [InlineData("""{"runAsNonRoot":true}""", "container has runAsNonRoot and image will run as root")]
    [InlineData("""{"runAsNonRoot":true,"runAsUser":0}""", "container's runAsUser breaks non-root policy")]
    public async Task Run_Waits_WhenRootIsForbidden(string context, string message)
    {
        await using var node = await TestNode.StartAsync();
        await node.PodAsync($$$"""{"containers":[{"name":"c","image":"x","command":["true"],"securityContext":{{{context}}}}]}""");

        var pod = await node.PodAsync(pod => pod.Objects("status", "containerStatuses").Any(one => one.Text("state", "waiting", "reason") == "CreateContainerConfigError"), "refusal");

        pod.Objects("status", "containerStatuses").Single().Text("state", "waiting", "message").ShouldNotBeNull().ShouldContain(message);
    }

    [Theory]
    [InlineData("true", "Read-only file system")]
    [InlineData("false", "fine")]
    public async Task Run_HonoursReadOnlyRoot(string readOnly, string expected)
    {
        await using var node = await TestNode.StartAsync();
        await node.PodAsync($$$"""
            {"restartPolicy":"Never","volumes":[{"name":"v","emptyDir":{}}],"containers":[{"name":"c","image":"x","securityContext":{"readOnlyRootFilesystem":{{{readOnly}}}},
             "volumeMounts":[{"name":"v","mountPath":"/etc/made/here"},{"name":"v","mountPath":"/home/data","readOnly":true}],
             "command":["sh","-c","echo x > /etc/made/here/file; cat /home/data/file; touch /home/data/no 2>/dev/null || echo kept; (touch /tmp/a && touch /b && echo fine); head -c5 /etc/passwd; stat -c %a /home"]}]}
            """);

        await node.PhaseAsync("Succeeded");

        var log = await node.LogAsync();
        log.ShouldStartWith("x\nkept\n");
        log.ShouldContain(expected);
        log.ShouldEndWith("root:755\n");
    }

    [Fact]
    public async Task Run_UsesEntrypointFilesAndUserOfTheImage()
    {
        var program = Path.Join(Directory.CreateTempSubdirectory("stash-image-").FullName, "program");
        await File.WriteAllTextAsync(program, "#!/bin/sh\necho \"$@\" $(id -u) ${0}; printf said > /dev/termination-log; exit 1\n", TestNode.Cancel);
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        await using var node = await TestNode.StartAsync(options => options with
        {
            Images = new Dictionary<string, LocalImage>
            {
                ["tool:1"] = new() { Entrypoint = ["/usr/local/bin/tool", "run"], Files = new Dictionary<string, string> { [program] = "/usr/local/bin/tool" }, User = Environment.IsPrivilegedProcess ? 65532 : null },
            },
        });
        await node.PodAsync("""{"restartPolicy":"Never","containers":[{"name":"c","image":"tool:1","args":["$(HOSTNAME)"]}]}""");

        var pod = await node.PhaseAsync("Failed");

        (await node.LogAsync()).ShouldBe("run p " + (Environment.IsPrivilegedProcess ? "65532" : "") + " /usr/local/bin/tool\n");
        pod.Objects("status", "containerStatuses").Single().Text("state", "terminated", "message").ShouldBe("said");
        Directory.Delete(Path.GetDirectoryName(program)!, recursive: true);
    }

    private static async Task<TestNode> RunningAsync(string spec)
    {
        var node = await TestNode.StartAsync();
        await node.PodAsync(spec);
        await node.PodAsync(pod => pod.Objects("status", "containerStatuses").Any(one => one.Flag("ready")), "ready");
        return node;
    }
}
