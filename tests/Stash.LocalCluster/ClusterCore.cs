using Stash.LocalCluster.Admission;
using Stash.LocalCluster.Defaults;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Storage;

namespace Stash.LocalCluster;

/// <summary>Everything behind the REST surface, put together.</summary>
internal sealed class ClusterCore
{
    private static readonly string[] FirstNamespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

    public ClusterCore(LocalClusterOptions options, string authority)
    {
        Options = options;
        Authority = authority;
        var aftermath = new Aftermath(Table, Catalog, authority, options.Time);
        var preparation = new ObjectPreparation(new BuiltInDefaults(ServerVersion.Of(options).HasNativeSidecars), options.Time);
        Conversion = new VersionConversion();
        Webhooks = new WebhookCaller(Table);
        Conversion.Webhook = Webhooks.ConvertAsync;
        Admission = new AdmissionChain(Table, Catalog, Webhooks, preparation, Conversion);
        Writer = new ObjectWriter(Table, preparation, Admission, Conversion, aftermath);
        Deleter = new ObjectDeleter(Table, preparation, aftermath, options.RunPods);
        Objects = new ObjectStore(Table, Catalog, Writer, Deleter, aftermath);
    }

    public LocalClusterOptions Options { get; }

    /// <summary>PEM of the cluster's authority.</summary>
    public string Authority { get; }

    public ObjectTable Table { get; } = new();

    public ResourceCatalog Catalog { get; } = new();

    public VersionConversion Conversion { get; }

    public AdmissionChain Admission { get; }

    public WebhookCaller Webhooks { get; }

    public ObjectWriter Writer { get; }

    public ObjectDeleter Deleter { get; }

    public ObjectStore Objects { get; }

    public ServiceAccountTokens Tokens { get; } = new();

    /// <summary>What runs the pods, once it does.</summary>
    public IPodRuntime? Runtime { get; set; }

    /// <summary>Makes the namespaces that every cluster has.</summary>
    public async Task FurnishAsync(CancellationToken cancellationToken)
    {
        foreach (var name in FirstNamespaces)
        {
            await Objects.CreateAsync(
                Core.Kubernetes.ResourceTypes.Namespaces,
                new() { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["name"] = name } }, cancellationToken);
        }
    }
}

/// <summary>The version that the cluster says it has.</summary>
internal sealed record ServerVersion(string Major, string Minor)
{
    /// <summary>Whether init containers may stay (1.29).</summary>
    public bool HasNativeSidecars => int.Parse(Minor, System.Globalization.CultureInfo.InvariantCulture) >= 29;

    /// <summary>Reads <c>v1.36.0</c>.</summary>
    public static ServerVersion Of(LocalClusterOptions options) => options.Version.TrimStart('v').Split('.') is [var major, var minor, ..]
        ? new ServerVersion(major, minor)
        : throw new ArgumentException($"Version must read like v1.36.0, not {options.Version}", nameof(options));
}
