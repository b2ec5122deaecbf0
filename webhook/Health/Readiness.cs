namespace Stash.Webhook.Health;

/// <summary>Whether requests should come here.</summary>
internal sealed class Readiness
{
    private volatile bool apiSeen;
    private volatile bool draining;

    /// <summary>Why not; null when ready.</summary>
    public string? Reason => (apiSeen, draining) switch
    {
        (_, true) => "draining",
        (false, _) => "the Kubernetes API has not answered yet",
        _ => null,
    };

    /// <summary>Whether the process is on its way out.</summary>
    public bool IsDraining => draining;

    /// <summary>The API answered for the first time. Should it stop answering, pods are still let through: that is no reason to send them elsewhere.</summary>
    public void ApiSeen() => apiSeen = true;

    /// <summary>The process is to end.</summary>
    public void Drain() => draining = true;
}
