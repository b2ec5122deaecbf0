using Stash.Core.Signals;
using Stash.Runner.Signal;
using Stash.Runner.Tests.Sidecar;

namespace Stash.Runner.Tests.Signal;

public sealed class SignalTests
{
    private const string Request = """{"session":"s1","verb":"stats","repository":"/r"}""";

    [Theory]
    [InlineData("", "Required value: one line of JSON", "stats", "--session", "s1")]
    [InlineData("{\n", "cannot be understood", "stats", "--session", "s1")]
    [InlineData(Request + "\n", "request.session is \"s1\" but --session says s2", "stats", "--session", "s2")]
    [InlineData(Request + "\n", "request.verb is \"stats\" but the command line says check", "check", "--session", "s1")]
    [InlineData(Request + "\n", "--session is required", "stats")]
    public async Task Signal_EndsWithUsage_WhenTheInputIsWrong(string input, string complaint, params string[] arguments)
    {
        using var scene = new SidecarScene();
        var (code, output, errors) = await scene.RunAsync(input, ["signal", .. arguments, "--socket", scene.Socket]);
        code.ShouldBe(SignalExit.Usage, errors);
        output.ShouldBeEmpty();
        errors.ShouldContain(complaint);
    }

    [Fact]
    public async Task Signal_AsksToTryAgain_WhenNoSidecarListens()
    {
        using var scene = new SidecarScene();
        var (code, _, errors) = await scene.RunAsync(Request + "\n", "signal", "stats", "--session", "s1", "--socket", scene.Socket);
        code.ShouldBe(ExitCodes.TryAgain);
        errors.ShouldContain($"No sidecar listens at {scene.Socket}");
        (await scene.RunAsync("", "signal", "ping", "--socket", scene.Socket)).Code.ShouldBe(ExitCodes.TryAgain);
    }

    [Theory]
    [InlineData(Outcome.Succeeded, false, ExitCodes.Done)]
    [InlineData(Outcome.FilesUnread, false, SignalExit.FilesUnread)]
    [InlineData(Outcome.WrongPassword, false, ExitCodes.FailedForGood)]
    [InlineData(Outcome.SidecarBusy, true, ExitCodes.TryAgain)]
    public void CodeOf_TellsTheKindOfEnd_WhenAResultComes(string outcome, bool retryable, int code) =>
        SignalExit.CodeOf(new SignalResult { Session = "s", Verb = "v", Outcome = outcome, Message = "", Retryable = retryable }).ShouldBe(code);
}
