using Stash.Core.Kubernetes;
using Stash.Core.Yaml;

namespace Stash.LocalCluster.Tests.Api;

/// <summary>With roles enforced, a service account may do what a role that is bound to it says, and nothing else.</summary>
public sealed class RoleTests : IAsyncLifetime
{
    private const string Roles = """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: reader}
        rules: [{apiGroups: [""], resources: [configmaps, namespaces], verbs: [get, list]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: writer}
        rules:
        - {apiGroups: [""], resources: [secrets], resourceNames: [mine], verbs: [get, patch]}
        - {apiGroups: [""], resources: [configmaps], verbs: [create, patch]}
        - {apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings], verbs: [create]}
        - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], resourceNames: [reader], verbs: [bind]}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: writer}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: writer}
        subjects: [{kind: ServiceAccount, name: robot, namespace: default}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: reader, namespace: default}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
        subjects: [{kind: ServiceAccount, name: robot, namespace: default}]
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("stash-roles-").FullName;
    private LocalCluster _cluster = null!;
    private KubernetesClient _robot = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await LocalCluster.StartAsync(new LocalClusterOptions { Directory = _folder, RunPods = false, EnforceRoles = true }, Token);
        using var admin = KubernetesClient.Connect(new KubernetesConnectionOptions { Kubeconfig = _cluster.KubeconfigPath });
        foreach (var body in YamlJson.Read(Roles))
        {
            var type = new ResourceType(
                "rbac.authorization.k8s.io", "v1", $"{((string)body["kind"]!).ToLowerInvariant()}s", (string)body["kind"]!, body["metadata"]!["namespace"] is not null);
            await admin.ApplyAsync(type, (string?)body["metadata"]!["namespace"], (string)body["metadata"]!["name"]!, body, new WriteOptions { FieldManager = "test" }, Token);
        }

        _robot = KubernetesClient.Connect(new KubernetesConnectionOptions { Kubeconfig = await AsRobotAsync() });
    }

    public async ValueTask DisposeAsync()
    {
        _robot.Dispose();
        await _cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("get configmaps default x", true)]
    [InlineData("get configmaps kube-system x", false)]
    [InlineData("get namespaces default", true)]
    [InlineData("get namespaces kube-system", false)]
    [InlineData("get secrets default mine", true)]
    [InlineData("get secrets kube-system mine", true)]
    [InlineData("get secrets default theirs", false)]
    [InlineData("apply configmaps default new", true)]
    [InlineData("apply secrets default mine", false)]
    [InlineData("bind reader", true)]
    [InlineData("bind writer", false)]
    public async Task Request_IsForbidden_UnlessARoleGrantsIt(string request, bool granted)
    {
        var refusal = await Record.ExceptionAsync(() => AskAsync(request.Split(' ')));

        var forbidden = refusal is KubernetesException { Reason: "Forbidden" };
        forbidden.ShouldBe(!granted, refusal?.Message);
        _cluster.Rights.Where(right => right.User == "system:serviceaccount:default:robot").ShouldNotBeEmpty();
        _cluster.Rights.Any(right => !right.Granted).ShouldBe(!granted);
    }

    private Task AskAsync(string[] request) => request switch
    {
        ["get", "namespaces", var name] => _robot.GetAsync(ResourceTypes.Namespaces, null, name, Token),
        ["get", var plural, var ns, var name] => _robot.GetAsync(new ResourceType("", "v1", plural, ""), ns, name, Token),
        ["apply", "secrets", var ns, var name] => _robot.ApplyAsync(
            ResourceTypes.Secrets, ns, name, Named("Secret", name), new WriteOptions { FieldManager = "robot" }, Token),
        ["apply", _, var ns, var name] => _robot.ApplyAsync(
            ResourceTypes.ConfigMaps, ns, name, Named("ConfigMap", name), new WriteOptions { FieldManager = "robot" }, Token),
        [_, var role] => _robot.CreateAsync(ResourceTypes.RoleBindings, "default", YamlJson.Read($$"""
            {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: more},
             roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {{role}}}, subjects: []}
            """).Single(), null, Token),
        _ => throw new ArgumentException("what to ask", nameof(request)),
    };

    private static System.Text.Json.Nodes.JsonObject Named(string kind, string name) =>
        YamlJson.Read($"{{apiVersion: v1, kind: {kind}, metadata: {{name: {name}}}}}").Single();

    private async Task<string> AsRobotAsync()
    {
        var text = await File.ReadAllTextAsync(_cluster.KubeconfigPath, Token);
        var config = YamlJson.Read(text).Single();
        config["users"]![0]!["user"] = new System.Text.Json.Nodes.JsonObject { ["token"] = _cluster.IssueToken("default", "robot") };
        var path = Path.Combine(_folder, "robot");
        await File.WriteAllTextAsync(path, config.ToJsonString(), Token);
        return path;
    }
}
