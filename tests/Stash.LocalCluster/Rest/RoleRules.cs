using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Storage;

namespace Stash.LocalCluster.Rest;

/// <summary>What RBAC objects grant, as Kubernetes' RBAC authorizer reads them; roles are not aggregated.</summary>
internal sealed class RoleRules(ObjectTable table)
{
    private const string Group = "rbac.authorization.k8s.io";

    /// <summary>Whether some rule of a role that is bound to the user, in the namespace or everywhere, grants a right.</summary>
    public bool Grant(UsedRight right)
    {
        var groups = Authentication.GroupsOf(right.User);
        return groups.Contains("system:masters", StringComparer.Ordinal) || RulesOf(right.User, groups, right.Namespace).Any(rule => Covers(rule, right));
    }

    private IEnumerable<JsonObject> RulesOf(string user, IReadOnlyList<string> groups, string ns)
    {
        var everywhere = table.List(new CollectionKey(Group, "clusterrolebindings"), null).Objects;
        var here = ns.Length > 0 ? table.List(new CollectionKey(Group, "rolebindings"), ns).Objects : [];
        return everywhere.Concat(here).Select(binding => binding.Read())
            .Where(binding => binding.Array("subjects").Objects().Any(subject => Names(subject, user, groups)))
            .SelectMany(binding => Role(binding.Object("roleRef"), ns).Array("rules").Objects());
    }

    private JsonObject? Role(JsonObject? reference, string ns) => reference.Text("kind") == "ClusterRole"
        ? table.Get(new CollectionKey(Group, "clusterroles"), "", reference.Text("name"))?.Read()
        : table.Get(new CollectionKey(Group, "roles"), ns, reference.Text("name"))?.Read();

    private static bool Names(JsonObject subject, string user, IReadOnlyList<string> groups) => subject.Text("kind") switch
    {
        "ServiceAccount" => user == $"system:serviceaccount:{subject.Text("namespace")}:{subject.Text("name")}",
        "Group" => groups.Contains(subject.Text("name"), StringComparer.Ordinal),
        _ => user == subject.Text("name"),
    };

    private static bool Covers(JsonObject rule, UsedRight right) =>
        Has(rule, "verbs", right.Verb) && Has(rule, "apiGroups", right.Group) && Has(rule, "resources", right.Resource)
        && (rule.Array("resourceNames") is not { Count: > 0 } names || names.Strings().Contains(right.Name, StringComparer.Ordinal));

    private static bool Has(JsonObject rule, string field, string value) => rule.Array(field).Strings().Any(one => one == "*" || one == value);
}
