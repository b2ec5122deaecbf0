using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Yaml;

namespace Stash.Contract.Tests;

/// <summary>
/// What a real API server says of the validator's cases (<c>tests/Stash.Core.Tests/Validation/cases</c>) by the CRDs alone, schema and CEL.
/// Each case keeps it in <c>api-server.txt</c>, which the validator's own tests hold against the validator; here it is held against the
/// cluster that KUBECONFIG names. <c>STASH_UPDATE_GOLDENS=1</c> rewrites it.
/// </summary>
public sealed class CrdContract(ContractCluster cluster, InstalledCrds installed) : IClassFixture<InstalledCrds>
{
    private static readonly string Folder = Path.Combine(InstalledCrds.Root, "tests", "Stash.Core.Tests", "Validation", "cases");

    /// <summary>A cluster without the webhook converts nothing, and says so with a 500: not worth another attempt.</summary>
    private readonly KubernetesConnectionOptions impatient = new() { Deadline = TimeSpan.FromSeconds(3) };

    public static TheoryData<string> Cases => [.. Directory.GetDirectories(Folder).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Crd_SaysWhatIsExpected_WhenTheObjectsAreThoseOfTheCase(string name)
    {
        Assert.SkipUnless(cluster.IsReal, "LocalCluster evaluates no CEL: set KUBECONFIG to a cluster that may be written to");
        installed.Served.ShouldBeTrue();
        using var client = KubernetesClient.Connect(impatient);
        var said = new StringBuilder();
        var objects = YamlJson.Read(await File.ReadAllTextAsync(Path.Combine(Folder, name, "input.yaml"), Token));
        foreach (var one in objects.Where(one => !IsOld(one) && TypeOf(one) is not null))
        {
            var old = objects.FirstOrDefault(other => IsOld(other) && TypeOf(other) == TypeOf(one));
            await JudgeAsync(client, one, old, said);
        }

        var golden = Path.Combine(Folder, name, "api-server.txt");
        if (Environment.GetEnvironmentVariable("STASH_UPDATE_GOLDENS") == "1")
        {
            await File.WriteAllTextAsync(golden, said.ToString(), Token);
        }

        // The words are Kubernetes' own and change from version to version: what is refused, and where, does not.
        Places(said.ToString()).ShouldBe(Places(await File.ReadAllTextAsync(golden, Token)), said.ToString());
    }

    private async Task JudgeAsync(IKubernetesClient client, JsonObject one, JsonObject? old, StringBuilder said)
    {
        var head = $"{(string)one["kind"]!} {(string)one["metadata"]!["name"]!}";
        try
        {
            if (old is null)
            {
                var type = TypeOf(one)!;
                await client.CreateAsync(
                    type, type.Namespaced ? cluster.Namespace : null, Placed(one, (string)one["metadata"]!["name"]!), new() { DryRun = true }, Token);
            }
            else
            {
                await ReplaceAsync(client, one, old);
            }

            said.Append(head).Append(": accepted\n");
        }
        catch (KubernetesException refusal) when (refusal.StatusCode == HttpStatusCode.UnprocessableEntity && !refusal.Message.StartsWith("admission webhook", StringComparison.Ordinal))
        {
            said.Append(head).Append(": refused\n");
            var causes = refusal.Status!["details"]!["causes"]!.AsArray().Select(cause => $"  {(string)cause!["field"]!}: {(string)cause["message"]!}\n");
            said.AppendJoin("", causes.Order(StringComparer.Ordinal));
        }
        catch (KubernetesException refusal) when (refusal.Message.StartsWith("admission webhook", StringComparison.Ordinal) || refusal.Message.StartsWith("conversion webhook", StringComparison.Ordinal))
        {
            // What comes after the CRD's rules is not theirs.
            said.Append(head).Append(": accepted\n");
        }
    }

    private async Task ReplaceAsync(IKubernetesClient client, JsonObject one, JsonObject old)
    {
        var (type, name) = (TypeOf(one)!, ContractCluster.Unique("case"));
        var current = await client.CreateAsync(type, cluster.Namespace, Placed(old, name), null, Token);
        if (old["status"] is { } status)
        {
            current = await client.MergePatchAsync(
                type, cluster.Namespace, name, new() { ["status"] = status.DeepClone() }, new() { Subresource = "status" }, Token);
        }

        var changed = Placed(one, name);
        changed["metadata"]!["resourceVersion"] = (string)current["metadata"]!["resourceVersion"]!;
        await client.ReplaceAsync(type, cluster.Namespace, name, changed, new() { DryRun = true }, Token);
    }

    private JsonObject Placed(JsonObject one, string name)
    {
        var copy = one.DeepClone().AsObject();
        if (TypeOf(one) is { Namespaced: true })
        {
            copy["metadata"]!["namespace"] = cluster.Namespace;
        }

        copy["metadata"]!["name"] = name;
        return copy;
    }

    private static string[] Places(string said) => [.. said.Split('\n').Select(line => line.StartsWith("  ", StringComparison.Ordinal) ? line.Split(": ")[0] : line).Distinct().Order(StringComparer.Ordinal)];

    private static ResourceType? TypeOf(JsonObject one) => ((string?)one["apiVersion"], (string?)one["kind"]) switch
    {
        (StashApi.V1Beta2, BackupConfiguration.KindName) => ResourceTypes.BackupConfigurations,
        (StashApi.V1Beta1, BackupConfiguration.KindName) => ResourceTypes.BackupConfigurations with { Version = "v1beta1" },
        (StashApi.V1Beta1, BackupSession.KindName) => ResourceTypes.BackupSessions,
        (StashApi.V1Beta1, BackupBatch.KindName) => ResourceTypes.BackupBatches,
        (StashApi.V1Beta1, Function.KindName) => ResourceTypes.Functions,
        (StashApi.V1Beta1, TaskDefinition.KindName) => ResourceTypes.Tasks,
        (StashApi.V1Alpha1, Repository.KindName) => ResourceTypes.Repositories,
        _ => null,
    };

    private static bool IsOld(JsonObject one) => one["metadata"]?["annotations"]?["case"] is JsonValue value && value.TryGetValue<string>(out var text) && text == "old";
}
