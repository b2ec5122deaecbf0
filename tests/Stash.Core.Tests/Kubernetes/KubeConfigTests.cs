using System.Text;
using Stash.Core.Kubernetes;
using Stash.Core.Kubernetes.Connection;

namespace Stash.Core.Tests.Kubernetes;

/// <summary>
/// A case is a folder: <c>config</c> (and <c>config2</c>) are joined as KUBECONFIG joins them, <c>context</c> names a context, and
/// <c>expected.txt</c> is the connection, or the error.
/// </summary>
public sealed class KubeConfigTests
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "Kubernetes", "kubeconfigs");

    public static TheoryData<string> Cases => [.. Directory.GetDirectories(Root).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Resolve_IsAsExpected(string name)
    {
        var folder = Path.Combine(Root, name);
        var files = Directory.GetFiles(folder, "config*").Order(StringComparer.Ordinal);
        var context = Path.Combine(folder, "context");
        var options = new KubernetesConnectionOptions
        {
            Environment = variable => variable == "KUBECONFIG" ? string.Join(Path.PathSeparator, [.. files, "/no/such/file"]) : null,
            Context = File.Exists(context) ? File.ReadAllText(context).Trim() : null,
        };

        Outcome(options).Replace(folder, "DIR", StringComparison.Ordinal).ShouldBe(File.ReadAllText(Path.Combine(folder, "expected.txt")).TrimEnd());
    }

    [Theory]
    [InlineData("KUBECONFIG=/no/such/file", "error: KUBECONFIG: there is no file /no/such/file")]
    [InlineData("HOME=/no/such/home", "error: no cluster is configured: give --kubeconfig FILE, set KUBECONFIG, or run in a pod with a service account (there is no ~/.kube/config either)")]
    [InlineData("KUBERNETES_SERVICE_HOST=10.0.0.1 KUBERNETES_SERVICE_PORT=x", "error: KUBERNETES_SERVICE_PORT: \"x\" is no port")]
    [InlineData("KUBERNETES_SERVICE_HOST=10.0.0.1", "error: /no/account/token: cannot read the token: Could not find a part of the path '/no/account/token'.. The pod has no service account token: set automountServiceAccountToken: true, or give --kubeconfig")]
    public void Resolve_SaysWhatIsMissing(string environment, string expected)
    {
        var variables = environment.Split(' ').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

        Outcome(new() { Environment = variables.GetValueOrDefault, ServiceAccountFolder = "/no/account" }).ShouldBe(expected);
    }

    private static string Outcome(KubernetesConnectionOptions options)
    {
        try
        {
            return Describe(ConnectionResolver.Resolve(options));
        }
        catch (KubernetesConfigurationException exception)
        {
            return "error: " + exception.Message;
        }
    }

    private static string Describe(ClusterConnection connection)
    {
        var text = new StringBuilder($"server: {connection.Server}\nnamespace: {connection.Namespace}\n");
        if (connection.Proxy is { } proxy)
        {
            text.Append("proxy: ").Append(proxy).Append('\n');
        }

        if (connection.SkipTlsVerify)
        {
            text.Append("skip verify\n");
        }

        if (connection.TlsServerName is { } name)
        {
            text.Append("server name: ").Append(name).Append('\n');
        }

        if (connection.Token is { } token)
        {
            text.Append("token: ").Append(token.Current()).Append('\n');
        }

        foreach (var (header, value) in connection.Impersonation)
        {
            text.Append(header).Append(": ").Append(value).Append('\n');
        }

        return text.ToString().TrimEnd();
    }
}
