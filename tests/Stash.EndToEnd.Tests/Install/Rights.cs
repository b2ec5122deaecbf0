using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;

namespace Stash.EndToEnd.Tests.Install;

/// <summary>A right as a rule of a role gives it, taken apart: one verb on one resource, and on one name where the rule says names.</summary>
/// <param name="Verb">Verb.</param>
/// <param name="Group">API group.</param>
/// <param name="Resource">Plural, with subresource.</param>
/// <param name="Name">Name, or empty for any.</param>
internal sealed record Right(string Verb, string Group, string Resource, string Name)
{
    private const string Rbac = "rbac.authorization.k8s.io";
    private static readonly ResourceType ClusterRoles = new(Rbac, "v1", "clusterroles", "ClusterRole", Namespaced: false);
    private static readonly ResourceType Roles = new(Rbac, "v1", "roles", "Role");
    private static readonly ResourceType ClusterRoleBindings = new(Rbac, "v1", "clusterrolebindings", "ClusterRoleBinding", Namespaced: false);

    public override string ToString() => $"{Verb} {(Group.Length > 0 ? $"{Group}/" : "")}{Resource}{(Name.Length > 0 ? $" {Name}" : "")}";

    /// <summary>Whether a use of a right is one of this.</summary>
    public bool Covers(LocalCluster.UsedRight used) =>
        used.Verb == Verb && used.Group == Group && used.Resource == Resource && (Name.Length == 0 || used.Name == Name);

    /// <summary>What roles grant a service account, in its namespace and everywhere.</summary>
    public static async Task<IReadOnlySet<Right>> OfAsync(Installation installation, string ns, string account)
    {
        var bindings = (await installation.ListAsync(ClusterRoleBindings, null)).Concat(await installation.ListAsync(ResourceTypes.RoleBindings, ns));
        var granted = new HashSet<Right>();
        foreach (var binding in bindings.Where(one => (one["subjects"] as JsonArray ?? [])
            .Any(subject => (string?)subject!["name"] == account && (string?)subject["namespace"] == ns)))
        {
            var reference = binding["roleRef"]!;
            var role = (string?)reference["kind"] == "ClusterRole"
                ? await installation.Client.GetAsync(ClusterRoles, null, (string)reference["name"]!, TestContext.Current.CancellationToken)
                : await installation.Client.GetAsync(Roles, ns, (string)reference["name"]!, TestContext.Current.CancellationToken);
            granted.UnionWith(role["rules"]!.AsArray().SelectMany(rule => Of(rule!)));
        }

        return granted;
    }

    private static IEnumerable<Right> Of(JsonNode rule) =>
        from verb in Strings(rule["verbs"])
        from @group in Strings(rule["apiGroups"])
        from resource in Strings(rule["resources"])
        from name in Strings(rule["resourceNames"]).DefaultIfEmpty("")
        select new Right(verb, @group, resource, name);

    private static IEnumerable<string> Strings(JsonNode? list) => (list as JsonArray ?? []).Select(one => (string)one!);
}
