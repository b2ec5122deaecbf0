using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Storage;

namespace Stash.LocalCluster.Rest;

/// <summary>
/// Asks RBAC for every right that a request needs, and keeps who used which. Beyond the request's own verb: exec over WebSocket needs get
/// and create (Kubernetes 1.35), an apply that creates needs create, and whoever binds a role needs bind on it.
/// </summary>
internal sealed class Authorization(ObjectTable table)
{
    private readonly RoleRules _rules = new(table);

    /// <summary>Rights used, in order, refused ones too.</summary>
    public ConcurrentQueue<UsedRight> Used { get; } = [];

    /// <summary>Refuses a request that needs more than the user has.</summary>
    /// <exception cref="Core.Kubernetes.KubernetesException">403.</exception>
    public async Task DemandAsync(HttpContext http, string user, RequestTarget target)
    {
        foreach (var right in await NeededAsync(http, user, target))
        {
            var used = right with { Granted = _rules.Grant(right) };
            Used.Enqueue(used);
            if (!used.Granted)
            {
                var where = right.Namespace.Length == 0 ? " at the cluster scope" : $" in the namespace \"{right.Namespace}\"";
                throw ApiErrors.Forbidden(
                    right.Group, right.Resource, right.Name, $"User \"{user}\" cannot {right.Verb} resource \"{right.Resource}\" in API group \"{right.Group}\"{where}");
            }
        }
    }

    private async Task<IReadOnlyList<UsedRight>> NeededAsync(HttpContext http, string user, RequestTarget target)
    {
        var type = target.Resource.Type;
        var resource = target.Subresource is null ? type.Plural : $"{type.Plural}/{target.Subresource}";
        // A Namespace counts as being in itself.
        var ns = target.Namespace ?? (type is { Group: "", Plural: "namespaces" } ? target.Name : null) ?? "";
        UsedRight Right(string verb) => new(user, verb, type.Group, resource, ns, target.Name ?? "", Granted: false);

        var needed = new List<UsedRight> { Right(target.Verb(http.Request)) };
        if (target.Subresource == "exec" && http.Request.Method == "GET")
        {
            needed.Add(Right("get"));
        }

        if (IsApply(http.Request) && target.Subresource is null && table.Get(target.Resource.Collection, target.Namespace ?? "", target.Name!) is null)
        {
            needed.Add(Right("create"));
        }

        if (type.Plural is "rolebindings" or "clusterrolebindings" && (http.Request.Method is "POST" or "PUT" || IsApply(http.Request)))
        {
            needed.AddRange(await BindingAsync(http, user, ns));
        }

        return needed;
    }

    private static async Task<IEnumerable<UsedRight>> BindingAsync(HttpContext http, string user, string ns)
    {
        http.Request.EnableBuffering();
        var body = await RequestBody.ReadObjectAsync(http.Request, http.RequestAborted);
        http.Request.Body.Position = 0;
        var role = body.Object("roleRef");
        return role is null
            ? []
            : [new UsedRight(user, "bind", role.Text("apiGroup"), role.Text("kind") == "Role" ? "roles" : "clusterroles", ns, role.Text("name"), Granted: false)];
    }

    private static bool IsApply(HttpRequest request) =>
        request.Method == "PATCH" && (request.ContentType ?? "").StartsWith("application/apply-patch", StringComparison.Ordinal);
}
