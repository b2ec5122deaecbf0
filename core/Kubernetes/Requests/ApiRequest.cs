namespace Stash.Core.Kubernetes.Requests;

/// <summary>A request to the API.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path and query below the server's URL.</param>
internal sealed record ApiRequest(HttpMethod Method, string Path)
{
    /// <summary>JSON to send.</summary>
    public byte[]? Body { get; init; }

    /// <summary>What the JSON is.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>False where doing it twice would do it two times: it is then tried again only if it cannot have been received.</summary>
    public bool Repeatable { get; init; } = true;

    /// <summary>Leave the answer's body unread: it is a stream.</summary>
    public bool Streams { get; init; }
}
