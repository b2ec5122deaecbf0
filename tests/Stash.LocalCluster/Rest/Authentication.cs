using System.Security.Cryptography.X509Certificates;

namespace Stash.LocalCluster.Rest;

/// <summary>Who asks: a client certificate's CN, or the service account of a bearer token.</summary>
internal static class Authentication
{
    /// <summary>The user's name.</summary>
    /// <exception cref="Core.Kubernetes.KubernetesException">401.</exception>
    public static string UserOf(HttpContext http, ServiceAccountTokens tokens)
    {
        var header = http.Request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return tokens.UserOf(header["Bearer ".Length..].Trim()) ?? throw ApiErrors.Unauthorized();
        }

        return http.Connection.ClientCertificate is { } certificate
            ? certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)
            : throw ApiErrors.Unauthorized();
    }

    /// <summary>The groups of a user, as admission reviews tell them.</summary>
    public static IReadOnlyList<string> GroupsOf(string user) => user.Split(':') switch
    {
        ["system", "serviceaccount", var ns, _] => ["system:serviceaccounts", $"system:serviceaccounts:{ns}", "system:authenticated"],
        _ => ["system:masters", "system:authenticated"],
    };
}
