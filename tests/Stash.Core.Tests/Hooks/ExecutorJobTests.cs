using Stash.Core.Api;
using Stash.Core.Hooks;

namespace Stash.Core.Tests.Hooks;

public sealed class ExecutorJobTests
{
    /// <summary>Whatever is another hook has another name; the same has the same, so that a second attempt adopts its Job.</summary>
    [Fact]
    public void Name_IsAJobsOwn_AndFitsALabel()
    {
        var longest = new string('a', 250) + ".b";
        var names = from config in new[] { "db", longest, new string('a', 252) }
                    from uid in new[] { "u-1", "u-2" }
                    from hook in new[] { "preBackup", "postBackup" }
                    from kind in new[] { "Deployment", "StatefulSet" }
                    select Name(config, uid, hook, kind);

        var all = names.ToList();

        all.Distinct(StringComparer.Ordinal).Count().ShouldBe(all.Count - 8, "two configs whose names begin alike have sessions of other uids");
        all.ShouldAllBe(name => name.Length <= 63);
        Name("db", "u-1", "preBackup", "Deployment").ShouldBe(all[0]);
    }

    private static string Name(string config, string uid, string hook, string kind) => ExecutorJob.Name(
        new BackupSession
        {
            Metadata = new ObjectMeta { Uid = uid },
            Spec = new BackupSessionSpec { Invoker = new InvokerReference { Name = config } },
        },
        hook,
        new TargetReference { Kind = kind, Name = "db" });
}
