using System.Text;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Signals;
using Stash.Runner.Run;

namespace Stash.Runner.Tests.Run;

/// <summary>The run's decisions that need no cluster, as tables.</summary>
public sealed class PureTests
{
    [Theory]
    [InlineData("StatefulSet", "db-0", "n1", null, "host-0")]
    [InlineData("StatefulSet", "my-db-12", "n1", "", "host-12")]
    [InlineData("StatefulSet", "my-db-12", "n1", "orders", "orders-12")]
    [InlineData("DaemonSet", "agent-x7f", "n1", null, "n1")]
    [InlineData("DaemonSet", "agent-x7f", "n1", "logs", "logs-n1")]
    [InlineData("DaemonSet", "agent-x7f", null, null, "agent-x7f")]
    [InlineData("Deployment", "web-5d-x7f", "n1", null, "host-0")]
    [InlineData("Deployment", "web-5d-x7f", "n1", "web", "web-0")]
    [InlineData("ReplicaSet", "web-x7f", "n1", null, "host-0")]
    [InlineData("Job", "once-x7f", "n1", null, "host-0")]
    public void Name_FollowsStashsRule_WhenKindAndAliasAre(string kind, string pod, string? node, string? alias, string host) =>
        Hosts.Name(kind, pod, node, alias).ShouldBe(host);

    [Theory]
    [InlineData(-1, "0 B")]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.000 KiB")]
    [InlineData(1_325_400_064, "1.234 GiB")]
    [InlineData((1L << 20) - 1, "1023.999 KiB")]
    [InlineData((1L << 30) - 1, "1.000 GiB")]
    [InlineData(long.MaxValue, "8.000 EiB")]
    public void Text_WritesThreeDecimals_WhenTheSizeIs(long bytes, string text) => Sizes.Text(bytes).ShouldBe(text);

    [Theory]
    [InlineData(0, "[....................]")]
    [InlineData(0.61, "[############........]")]
    [InlineData(1, "[####################]")]
    [InlineData(1.7, "[####################]")]
    [InlineData(double.NaN, "[....................]")]
    public void Text_DrawsTwentyCells_WhenDoneIs(double done, string bar) => ProgressBar.Text(done).ShouldBe(bar);

    [Theory]
    [InlineData(null, "")]
    [InlineData(0.0, "")]
    [InlineData(1.2, "2 s left")]
    [InlineData(120.0, "2 min left")]
    [InlineData(7200.0, "2.0 h left")]
    public void Left_NamesOneUnit_WhenSecondsAre(double? seconds, string text) => ProgressBar.Left(seconds).ShouldBe(text);

    [Theory]
    [InlineData("""{"selector":{"matchLabels":{"a":"1","b":"2"}}}""", "a=1,b=2")]
    [InlineData("""{"selector":{"a":"1"}}""", "a=1")]
    [InlineData("""{"selector":{"matchExpressions":[{"key":"a","operator":"In","values":["1","2"]},{"key":"b","operator":"Exists"}]}}""", "a in (1,2),b")]
    [InlineData("""{"selector":{"matchExpressions":[{"key":"a","operator":"NotIn","values":["1"]},{"key":"b","operator":"DoesNotExist"}]}}""", "a notin (1),!b")]
    [InlineData("""{"selector":{}}""", null)]
    [InlineData("{}", null)]
    public void Of_NeverSelectsEverything_WhenTheSelectorIs(string spec, string? text) =>
        LabelSelectorText.Of(new JsonObject { ["spec"] = JsonNode.Parse(spec) }).ShouldBe(text);

    /// <summary>However the bytes are cut into chunks, the lines are the same.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(4096)]
    public void Feed_GivesTheSameLines_WhenChunksAreOfSize(int size)
    {
        var bytes = Encoding.UTF8.GetBytes("""
            {"progress":{"percentDone":0.5,"bytesDone":1}}

            plain ünïcode
            {"log":"größer"}
            null
            {"result":{"session":"s","verb":"backup","outcome":"Succeeded","message":"m"}}

            """);
        var reader = new SignalLineReader();

        var lines = bytes.Chunk(size).SelectMany(c => reader.Feed(c)).ToList();

        lines.Select(l => l.Log).ShouldBe([null, "plain ünïcode", "größer", "null", null]);
        lines[0].Progress!.PercentDone.ShouldBe(0.5);
        lines[^1].Result!.Outcome.ShouldBe(Outcome.Succeeded);
    }

    [Fact]
    public void Feed_LeavesOutTheLine_WhenItIsLongerThanAMebibyte()
    {
        var reader = new SignalLineReader();
        var lines = Enumerable.Repeat(new byte[1 << 19], 3).SelectMany(c => reader.Feed(c)).ToList();

        lines.AddRange(reader.Feed("\n{\"log\":\"next\"}\n"u8.ToArray()));

        lines.Select(l => l.Log).ShouldBe(["a line of more than 1 MiB was left out", "next"]);
    }

    /// <summary>Sessions as <c>name:phase</c>, oldest first, and those that are deleted.</summary>
    [Theory]
    [InlineData(1, "a:Succeeded b:Succeeded c:Succeeded", "a b")]
    [InlineData(null, "a:Succeeded b:Failed", "a")]
    [InlineData(0, "a:Succeeded b:Failed", "a b")]
    [InlineData(1, "a:Succeeded b:Skipped", "")]
    [InlineData(1, "a:Succeeded b:Skipped c:Skipped", "b")]
    [InlineData(2, "a:Succeeded b:Running c:Failed d:Succeeded", "a")]
    [InlineData(-5, "a:Succeeded b:Failed", "a b")]
    public void Surplus_KeepsTheNewest_WhenTheLimitIs(int? limit, string sessions, string deleted)
    {
        var all = sessions.Split(' ').Select((s, i) => Session(s.Split(':')[0], s.Split(':')[1], i)).ToList();

        string.Join(' ', History.Surplus(all, limit).Select(s => s.Metadata.Name)).ShouldBe(deleted);
    }

    /// <summary>Another session of the config beside <c>own</c> (second 5, Pending), and what it is taken for.</summary>
    [Theory]
    [InlineData("Running", "job", 1, "alive")]
    [InlineData("Running", "job", 9, "alive")]
    [InlineData("Running", "gone", 1, "orphan")]
    [InlineData(null, "job", 1, "alive")]
    [InlineData(null, "job", 9, "nothing")]
    [InlineData(null, null, 1, "nothing")]
    [InlineData("Running", null, 1, "orphan")]
    [InlineData("Succeeded", "job", 1, "nothing")]
    public void Judge_TellsTheLivingFromOrphans_WhenTheOtherIs(string? phase, string? job, int second, string taken)
    {
        var own = Session("own", null, 5);
        var other = Session("other", phase, second, job);

        var verdict = Rivals.Judge(own, [own, other], new HashSet<string> { "job" }, Start.AddDays(1));

        (verdict.Alive is not null ? "alive" : verdict.Orphans.Count > 0 ? "orphan" : "nothing").ShouldBe(taken);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("""{"holderIdentity":"me","leaseDurationSeconds":60,"renewTime":"2026-01-01T00:00:00.000000Z"}""", true)]
    [InlineData("""{"holderIdentity":"other","leaseDurationSeconds":60,"renewTime":"2026-01-01T00:00:00.000000Z"}""", false)]
    [InlineData("""{"holderIdentity":"other","leaseDurationSeconds":20,"renewTime":"2026-01-01T00:00:00.000000Z"}""", true)]
    [InlineData("""{"holderIdentity":"","renewTime":"2026-01-01T00:00:00.000000Z"}""", true)]
    [InlineData("""{"holderIdentity":"other"}""", true)]
    public void IsFree_RespectsTheHolderUntilItExpires_WhenTheLeaseIs(string? spec, bool free) =>
        RepositoryLease.IsFree(spec is null ? null : new JsonObject { ["spec"] = JsonNode.Parse(spec) }, "me", Start.AddSeconds(30)).ShouldBe(free);

    [Theory]
    [InlineData("Succeeded", "Succeeded", "Succeeded")]
    [InlineData("Succeeded", "Failed", "Failed")]
    [InlineData("Succeeded", "Running", "Failed")]
    public void End_JudgesByEveryHost_WhenTheyEnded(string first, string second, string phase)
    {
        var target = new TargetReference { Kind = "StatefulSet", Name = "db" };
        var status = SessionStatus.Begin(null, Start)
            .WithHosts(target, ["host-0", "host-1"])
            .WithHost(target, new HostStats { Hostname = "host-0", Phase = first })
            .WithHost(target, new HostStats { Hostname = "host-1", Phase = second });

        status.End(failed: false, Start, Start.AddSeconds(75)).Phase.ShouldBe(phase);
        status.End(failed: true, Start, Start.AddSeconds(75)).SessionDuration.ShouldBe("1m15s");
    }

    [Fact]
    public void With_KeepsTheTimeOfChange_WhenTheStatusIsTheSame()
    {
        var status = new BackupSessionStatus()
            .With(SessionConditions.True("X", "A", "", Start))
            .With(SessionConditions.True("X", "B", "", Start.AddSeconds(1)));

        status.Conditions.ShouldHaveSingleItem().ShouldBe(SessionConditions.True("X", "B", "", Start));
    }

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static BackupSession Session(string name, string? phase, int second, string? job = null) => new()
    {
        Metadata = new ObjectMeta
        {
            Name = name,
            CreationTimestamp = Start.AddSeconds(second),
            Labels = job is null ? null : new Dictionary<string, string> { [Labels.JobUid] = job },
        },
        Status = phase is null ? null : new BackupSessionStatus { Phase = phase },
    };
}
