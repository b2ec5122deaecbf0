using System.Text;
using Stash.Core.Signals;
using Stash.Runner.Perform;

namespace Stash.Runner.Tests.Perform;

public sealed class TerminationMessageTests
{
    [Theory]
    [InlineData(0, 10, 1)]
    [InlineData(50, 20, 10)]
    [InlineData(50, 2000, 10)]
    [InlineData(3, 4000, 10)]
    [InlineData(50, 60, 9000)]
    public void Of_FitsAndKeepsTheOutcome_WhenTheResultIsLarge(int paths, int pathLength, int messageLength)
    {
        var result = new SignalResult
        {
            Session = "s",
            Verb = SignalVerb.Backup,
            Outcome = Outcome.FilesUnread,
            Message = new string('ü', messageLength),
            UnreadCount = paths,
            UnreadPaths = [.. Enumerable.Range(0, paths).Select(_ => new string('ä', pathLength))],
            Backup = new BackupSummary { SnapshotId = "0123456789abcdef" },
        };

        var text = TerminationMessage.Of(result);

        Encoding.UTF8.GetByteCount(text).ShouldBeLessThanOrEqualTo(TerminationMessage.Limit);
        var read = TerminationMessage.Read(text).ShouldNotBeNull();
        (read.Outcome, read.UnreadCount, read.Backup!.SnapshotId).ShouldBe((Outcome.FilesUnread, paths, "0123456789abcdef"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("panic: something else")]
    [InlineData("""{"level":"info","msg":"a log line of some other program"}""")]
    [InlineData("{ cut in the mid")]
    public void Read_GivesNothing_WhenTheMessageIsNoResult(string? message) => TerminationMessage.Read(message).ShouldBeNull();
}
