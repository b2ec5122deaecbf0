using Stash.Core.Kubernetes;

namespace Stash.Runner.Run;

/// <summary>Tells an API server that is not there from one that says no; pure.</summary>
internal static class ApiErrors
{
    /// <summary>No answer, 408, 429 or 5xx: another attempt may succeed.</summary>
    public static bool IsUnreachable(KubernetesException error) => (int)error.StatusCode is 0 or 408 or 429 or >= 500;
}
