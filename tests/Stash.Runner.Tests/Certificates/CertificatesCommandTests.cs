using Stash.Runner.Tests.Golden;
using Stash.Runner.Tests.Manifests;

namespace Stash.Runner.Tests.Certificates;

public sealed class CertificatesCommandTests
{
    [Theory]
    [InlineData("--help", 0, "stash-runner certificates --namespace stash-system --lifetime 720h")]
    [InlineData("--lifetime soon", 1, "--lifetime: time: invalid duration \"soon\"; write it like 2160h")]
    [InlineData("--lifetime 5m", 1, "--lifetime: 5m is not between 1h0m0s and 87600h0m0s")]
    [InlineData("--kubeconfig /nowhere", 10, "/nowhere")]
    public async Task Certificates_EndsAsItSays(string arguments, int code, string words)
    {
        var end = await RunnerProgram.RunAsync(
            RepositoryFolder.Root, ["certificates", .. arguments.Split(' ')], "", TestContext.Current.CancellationToken);

        end.ExitCode.ShouldBe(code, end.Output + end.Error);
        (end.Output + end.Error).ShouldContain(words);
    }

    [Fact]
    public async Task Certificates_LogsNoPartOfAKey()
    {
        await using var scene = await TrustScene.StartAsync();
        await scene.RegisterAsync();

        var end = await RunnerProgram.RunAsync(
            RepositoryFolder.Root,
            ["certificates", "--namespace", TrustScene.Namespace, "--kubeconfig", scene.Kubeconfig, "--log-format", "json"], "", TestContext.Current.CancellationToken);

        end.ExitCode.ShouldBe(0, end.Output + end.Error);
        var secret = await scene.SecretAsync();
        ((string?)secret!["type"]).ShouldBe("kubernetes.io/tls");
        secret["data"]!.AsObject().Select(item => item.Key).ShouldBe(["ca.crt", "tls.crt", "tls.key"], ignoreOrder: true);
        foreach (var line in TrustScene.Data(secret, "tls.key").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            (end.Output + end.Error).ShouldNotContain(line);
        }
    }
}
