using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Rest;

/// <summary>What a resource path names.</summary>
internal sealed record RequestTarget(ResourceDefinition Resource, string? Namespace, string? Name, string? Subresource)
{
    /// <summary>Reads a path below /api or /apis; null when it names no resource (discovery, or nothing).</summary>
    /// <exception cref="Core.Kubernetes.KubernetesException">404: the group, version or plural is not served.</exception>
    public static RequestTarget? Parse(PathString path, ResourceCatalog catalog)
    {
        var parts = (path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        var (group, version, rest) = parts switch
        {
            ["api", "v1", .. var tail] => ("", "v1", tail),
            ["apis", var g, var v, .. var tail] => (g, v, tail),
            _ => ("", "", []),
        };
        return rest switch
        {
            [] => null,
            ["namespaces", var name, ("status" or "finalize") and var sub] when group.Length == 0 => Make("namespaces", null, name, sub),
            ["namespaces", var name] when group.Length == 0 => Make("namespaces", null, name, null),
            ["namespaces", var ns, var plural, .. var tail] => Make(plural, ns, tail.ElementAtOrDefault(0), Sub(tail)),
            [var plural, .. var tail] => Make(plural, null, tail.ElementAtOrDefault(0), Sub(tail)),
        };

        RequestTarget Make(string plural, string? ns, string? name, string? sub)
        {
            var resource = catalog.Find(group, version, plural) ?? throw ApiErrors.NoSuchPath();
            return resource.Type.Namespaced == (ns is not null) || (name is null && ns is null)
                ? new RequestTarget(resource, ns, name, sub)
                : throw ApiErrors.NoSuchPath();
        }
    }

    /// <summary>The RBAC verb of a request to this target.</summary>
    public string Verb(HttpRequest request) => (request.Method, Name) switch
    {
        (_, not null) when Subresource is "exec" => "create",
        ("GET", not null) => "get",
        ("GET", null) => IsWatch(request) ? "watch" : "list",
        ("POST", _) => "create",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        ("DELETE", not null) => "delete",
        ("DELETE", null) => "deletecollection",
        _ => request.Method.ToLowerInvariant(),
    };

    /// <summary>Whether a list is to be followed.</summary>
    public static bool IsWatch(HttpRequest request) => request.Query["watch"].ToString() is "true" or "1";

    private static string? Sub(string[] tail) => tail.Length > 1 ? string.Join('/', tail[1..]) : null;
}
