using Stash.Core.Kubernetes;

namespace Stash.EndToEnd.Tests.Install;

/// <summary>The overlay as an administrator applies, applies again and takes away.</summary>
public sealed class InstallTests
{
    private const string Unwatched = """
        apiVersion: v1
        kind: Pod
        metadata: {name: any, namespace: ledger}
        spec: {containers: [{name: app, image: shell, command: [sh, -c, "sleep 600"]}]}
        """;

    [Fact]
    public async Task Apply_ChangesNothing_WhenItIsRepeated()
    {
        await using var installation = await Installation.StartAsync();
        await installation.InstallAsync();
        var manifests = await installation.ManifestsAsync("default");

        var difference = await installation.KubectlAsync(["diff", "-f", "-"], manifests);
        var again = (await installation.KubectlAsync(["apply", "-f", "-"], manifests)).Succeeded();

        difference.Output.ShouldBe("");
        difference.ExitCode.ShouldBe(0, difference.Error);
        // kubectl says "configured" of every PodDisruptionBudget: policy/v1 has its selector replaced, by the same one.
        again.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.EndsWith("unchanged", StringComparison.Ordinal))
            .ShouldBe(["poddisruptionbudget.policy/stash-webhook configured"]);
        // The second apply left the registrations trusted: a config that is refused was judged by the webhook.
        var refused = await installation.KubectlAsync(["apply", "-f", "-"], Ledger.Backup(Ledger.ClaimedVolume, "").Replace("\"0 3 * * *\"", "never", StringComparison.Ordinal));
        refused.Error.ShouldContain("spec.schedule");
    }

    /// <summary>Each time all of it again, as kubectl and every GitOps tool does: what could not be applied yet is applied then.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Apply_EndsTheSame_InWhateverOrderObjectsArrive(int seed)
    {
        await using var installation = await Installation.StartAsync();
        var documents = (await installation.ManifestsAsync("default")).Split("\n---\n");
        var shuffled = string.Join("\n---\n", seed == 0 ? documents.Reverse() : documents.OrderBy(one => new Random(seed + one.Length).Next()));

        Kubectl applied;
        var rounds = 0;
        do
        {
            applied = await installation.KubectlAsync(["apply", "-f", "-"], shuffled);
        }
        while (applied.ExitCode != 0 && ++rounds < 5);

        applied.Succeeded();
        await installation.UntilServingAsync();
        await installation.ApplyAsync(Ledger.Backup(Ledger.ClaimedVolume, ""));
    }

    [Fact]
    public async Task Uninstall_LeavesTheUsersObjects_AndInstallsAgain()
    {
        await using var installation = await Installation.StartAsync();
        await installation.InstallAsync();
        await installation.ApplyAsync(Ledger.Backup(Ledger.ClaimedVolume, ""));
        (await installation.RunAsync(Installation.Namespace, "stash-sync")).ShouldBe("Complete");

        await DeleteAsync(installation, "uninstall");

        (await installation.KubectlAsync(["get", "namespace", Installation.Namespace])).ExitCode.ShouldNotBe(0);
        (await installation.KubectlAsync(["get", "-n", "ledger", "backupconfiguration/ledger", "repository/ledger", "cronjob/stash-bc-ledger"])).Succeeded();
        await installation.ApplyAsync(Unwatched);
        (await installation.KubectlAsync(["annotate", "-n", "ledger", "backupconfiguration/ledger", "seen=1"])).Succeeded();
        await installation.InstallAsync();
        (await installation.RunAsync(Installation.Namespace, "stash-sync")).ShouldBe("Complete");
    }

    [Fact]
    public async Task Purge_LeavesNothingButWhatTheUserMade()
    {
        await using var installation = await Installation.StartAsync();
        await installation.InstallAsync();
        await installation.ApplyAsync(Ledger.Backup(Ledger.ClaimedVolume, ""));
        (await installation.RunAsync(Installation.Namespace, "stash-sync")).ShouldBe("Complete");

        await DeleteAsync(installation, "purge");

        (await installation.KubectlAsync(["get", "crd,clusterrole,clusterrolebinding,priorityclass,mutatingwebhookconfigurations,validatingwebhookconfigurations", "-o", "name"]))
            .Output.ShouldBe("");
        (await installation.KubectlAsync(["get", "secret,pvc", "-n", "ledger", "-o", "name"])).Output.ShouldContain("secret/repository");
        await installation.UntilAsync("the CronJobs are collected", async () => (await installation.ListAsync(ResourceTypes.CronJobs, "ledger")).Count == 0);
    }

    private static async Task DeleteAsync(Installation installation, string overlay) =>
        (await installation.KubectlAsync(["delete", "--ignore-not-found", "--timeout=60s", "-k", Path.Combine(Programs.Repository, "kustomize", "overlays", overlay)]))
        .Succeeded();
}
