using Stash.Webhook.Options;

namespace Stash.Webhook.Tests.Options;

public sealed class CommandLineTests
{
    private static readonly string[] Required = ["--tls-cert", "c", "--tls-key", "k", "--image", "i"];

    public static TheoryData<string[], string> Wrong() => new()
    {
        { ["--port", "70000"], "--port (STASH_WEBHOOK_PORT) must be a number from 0 to 65535, not '70000'" },
        { ["--port", "-1"], "--port (STASH_WEBHOOK_PORT) must be a number" },
        { ["--port=8080"], "--port and --metrics-port are both 8080" },
        { ["--sidecar", "both"], "--sidecar (STASH_SIDECAR) must be one of auto, native, classic, not 'both'" },
        { ["--image-pull-policy", "Sometimes"], "must be one of Always, IfNotPresent, Never, not 'Sometimes'" },
        { ["--log-format", "xml"], "--log-format" },
        { ["--drain-seconds", "5s"], "--drain-seconds" },
        { ["--colour", "red"], "--colour is not an option" },
        { ["--image", "twice"], "--image is given twice" },
        { ["--kubeconfig"], "--kubeconfig needs a value" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Read_SaysWhatIsWrong_WhenAValueIs(string[] args, string expected)
    {
        var outcome = CommandLine.Read([.. Required, .. args], _ => null);

        outcome.Options.ShouldBeNull();
        outcome.ExitCode.ShouldBe(2);
        outcome.Text.ShouldContain(expected);
    }

    [Fact]
    public void Read_NamesEverythingThatIsMissing_WhenNothingIsGiven()
    {
        var text = CommandLine.Read([], _ => null).Text;

        text.ShouldContain("--tls-cert (STASH_TLS_CERT) is required");
        text.ShouldContain("--tls-key (STASH_TLS_KEY) is required");
        text.ShouldContain("--image (STASH_RUNNER_IMAGE) is required");
    }

    [Fact]
    public void Read_PrefersTheCommandLine_WhenTheEnvironmentSaysOtherwise()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["STASH_RUNNER_IMAGE"] = "from-environment", ["STASH_WEBHOOK_PORT"] = "9443", ["STASH_SIDECAR"] = "native", ["STASH_LOG_FORMAT"] = "json",
        };

        var options = CommandLine.Read([.. Required, "--port", "10443"], environment.GetValueOrDefault).Options.ShouldNotBeNull();

        options.Port.ShouldBe(10443);
        options.Image.ShouldBe("i");
        options.Sidecar.ShouldBe(SidecarMode.Native);
        options.JsonLogs.ShouldBeTrue();
        options.MetricsPort.ShouldBe(8080);
    }

    [Fact]
    public void Read_ListsEveryOption_WhenAskedForHelp()
    {
        var outcome = CommandLine.Read(["--help"], _ => null);

        outcome.ExitCode.ShouldBe(0);
        outcome.Text.ShouldContain("STASH_DRAIN_SECONDS");
    }
}
