using System.Net;
using System.Runtime.CompilerServices;
using Stash.Core.Kubernetes;
using Stash.Core.Yaml;

namespace Stash.Contract.Tests;

/// <summary>This project's CRDs on a real cluster, where they stay: objects may be there already.</summary>
public sealed class InstalledCrds(ContractCluster cluster) : IAsyncLifetime
{
    /// <summary>The project's folder.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(SourceFolder(), "..", ".."));

    /// <summary>Whether they are there.</summary>
    public bool Served { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (!cluster.IsReal)
        {
            return;
        }

        foreach (var file in Directory.GetFiles(Path.Combine(Root, "manifests", "crds"), "*.yaml"))
        {
            var crd = YamlJson.Read(await File.ReadAllTextAsync(file)).ShouldHaveSingleItem();
            await cluster.Client.ApplyAsync(
                ResourceTypes.CustomResourceDefinitions, null, (string)crd["metadata"]!["name"]!, crd, new() { FieldManager = "contract", Force = true }, CancellationToken.None);
        }

        foreach (var type in (ResourceType[])[
                     ResourceTypes.BackupBatches, ResourceTypes.BackupConfigurations, ResourceTypes.BackupSessions, ResourceTypes.Functions, ResourceTypes.Repositories, ResourceTypes.Tasks])
        {
            await Eventually.TrueAsync($"{type.Plural} are served", () => IsServedAsync(type));
        }

        if (Environment.GetEnvironmentVariable("STASH_UPDATE_GOLDENS") == "1")
        {
            await File.WriteAllTextAsync(
                Path.Combine(Root, "tests", "Stash.Core.Tests", "Crds", "judged.txt"), Core.Tests.Crds.RuleList.Of(Path.Combine(Root, "manifests", "crds")));
        }

        Served = true;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<bool> IsServedAsync(ResourceType type)
    {
        try
        {
            await foreach (var _ in cluster.Client.ListAsync(type, cluster.Namespace, null, CancellationToken.None))
            {
                break;
            }

            return true;
        }
        catch (KubernetesException missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
