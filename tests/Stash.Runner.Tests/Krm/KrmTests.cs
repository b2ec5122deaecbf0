using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Stash.Core.CronJobs;
using Stash.Core.Kubernetes;
using Stash.Runner.Sync;
using Stash.Runner.Tests.Manifests;
using Stash.Runner.Tests.Sync;

namespace Stash.Runner.Tests.Krm;

public sealed class KrmTests
{
    private const string Namespace = "demo";
    private const string Name = "stash-bc-ledger-backup";

    private static readonly ResourceType[] Made = [ResourceTypes.ServiceAccounts, ResourceTypes.RoleBindings, ResourceTypes.CronJobs];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("apply")]
    [InlineData("apply --server-side")]
    public async Task Sync_AddsNothingButTheOwner_WhenWhatKubectlKustomizeRenderedIsApplied(string apply)
    {
        await using var cluster = new SyncCluster();
        await cluster.InitializeAsync();
        var built = await KubectlAsync(cluster, "kustomize --enable-alpha-plugins kustomize/krm", "");
        await KubectlAsync(cluster, $"{apply} -f -", built);
        var before = await MadeAsync(cluster);
        before.ShouldAllBe(one => one["metadata"]!["ownerReferences"] == null);

        (await SyncAsync(cluster)).ShouldBe(ExitCodes.Done);

        var after = await MadeAsync(cluster);
        after.ShouldAllBe(one => one["metadata"]!["ownerReferences"] != null);
        after.ConvertAll(Asked).ShouldBe(before.ConvertAll(Asked));
        (await SyncAsync(cluster)).ShouldBe(ExitCodes.Done);
        (await MadeAsync(cluster)).ConvertAll(Version).ShouldBe(after.ConvertAll(Version));
    }

    private static Task<int> SyncAsync(SyncCluster cluster) => SyncCommand.RunAsync(
        cluster.Client, new CronJobSettings { Image = "stash-runner:dev" }, Namespace, false, TimeProvider.System, NullLogger.Instance, Token);

    private static async Task<List<JsonObject>> MadeAsync(SyncCluster cluster)
    {
        var made = new List<JsonObject>();
        foreach (var type in Made)
        {
            made.Add((await cluster.FindAsync(type, Namespace, Name)).ShouldNotBeNull($"{type.Kind} {Name} was not rendered"));
        }

        return made;
    }

    // Without what the API server keeps for itself, and without the owner, whose uid no file can know.
    private static string Asked(JsonObject one)
    {
        var copy = one.DeepClone().AsObject();
        var metadata = copy["metadata"]!.AsObject();
        foreach (var field in new[] { "ownerReferences", "managedFields", "resourceVersion", "generation" })
        {
            metadata.Remove(field);
        }

        return copy.ToJsonString();
    }

    private static string Version(JsonObject one) => (string)one["metadata"]!["resourceVersion"]!;

    private static async Task<string> KubectlAsync(SyncCluster cluster, string arguments, string input)
    {
        var start = new ProcessStartInfo("kubectl", arguments.Split(' '))
        {
            WorkingDirectory = RepositoryFolder.Root, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        start.Environment["KUBECONFIG"] = cluster.Cluster.KubeconfigPath;
        start.Environment["KUSTOMIZE_PLUGIN_HOME"] = Path.Combine(RepositoryFolder.Root, "kustomize", "krm", "plugins");
        start.Environment["STASH_RUNNER"] = Path.Combine(AppContext.BaseDirectory, "stash-runner");
        using var process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(limit.Token);
        process.ExitCode.ShouldBe(0, await error);
        return await output;
    }
}
