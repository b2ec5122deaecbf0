using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Stash.Core.Api;

/// <summary>What runs before and after a backup.</summary>
public sealed record BackupHooks
{
    /// <summary>Runs before the backup; its failure skips the backup.</summary>
    public Hook? PreBackup { get; init; }

    /// <summary>Runs after the backup, whatever became of it, according to <see cref="Hook.ExecutionPolicy"/>.</summary>
    public Hook? PostBackup { get; init; }
}

/// <summary>A hook: one handler, and where it runs.</summary>
public sealed record Hook
{
    /// <summary>A command without a shell, run in the target's pods: <c>{command: [...]}</c> or a bare list. Its arguments are templates over the session.</summary>
    public ExecAction? Exec { get; init; }

    /// <summary>An HTTP GET to the target's pods (core/v1 HTTPGetAction); an answer below 400 is success.</summary>
    public JsonObject? HttpGet { get; init; }

    /// <summary>An HTTP POST to the target's pods; an answer below 400 is success.</summary>
    public HttpPostAction? HttpPost { get; init; }

    /// <summary>A TCP connection to the target's pods (core/v1 TCPSocketAction); being accepted is success.</summary>
    public JsonObject? TcpSocket { get; init; }

    /// <summary>Name of the container that <see cref="Exec"/> runs in. Default: the pod's first.</summary>
    public string? ContainerName { get; init; }

    /// <summary>When a postBackup hook runs: <c>Always</c>, <c>OnFailure</c>, <c>OnSuccess</c> or <c>OnFinalRetryFailure</c>. Default: <c>Always</c>. Not for preBackup.</summary>
    public string? ExecutionPolicy { get; init; }

    /// <summary>How long the hook may take, in all its pods together, a Go duration such as <c>90s</c>; at most 24h. Default: <c>5m</c>. An addition of this project.</summary>
    public string? Timeout { get; init; }

    /// <summary>Runs <see cref="Exec"/> in a Job made from a Function instead of in the target's pods.</summary>
    public FunctionCall? Executor { get; init; }
}

/// <summary>A command with its arguments; no shell.</summary>
[JsonConverter(typeof(ExecActionConverter))]
public sealed record ExecAction
{
    /// <summary>argv.</summary>
    public IReadOnlyList<string>? Command { get; init; }
}

/// <summary>An HTTP POST of a hook.</summary>
public sealed record HttpPostAction
{
    /// <summary>Path of the request, beginning with a slash. Default: empty.</summary>
    public string? Path { get; init; }

    /// <summary>Port by number, or by the name that the container gives it. Required.</summary>
    public JsonNode? Port { get; init; }

    /// <summary>Host that is asked. Default: the pod's IP.</summary>
    public string? Host { get; init; }

    /// <summary><c>HTTP</c> or <c>HTTPS</c>. Default: <c>HTTP</c>.</summary>
    public string? Scheme { get; init; }

    /// <summary>Headers of the request, each with name and value.</summary>
    public IReadOnlyList<HttpHeader>? HttpHeaders { get; init; }

    /// <summary>Body of the request; of a hook, a template over the session. Excludes <see cref="Form"/>.</summary>
    public string? Body { get; init; }

    /// <summary>Fields of a form that is sent as the body.</summary>
    public IReadOnlyList<FormEntry>? Form { get; init; }
}

/// <summary>A header of an HTTP request.</summary>
public sealed record HttpHeader
{
    /// <summary>Name of the header. Required.</summary>
    public string? Name { get; init; }

    /// <summary>Value of the header.</summary>
    public string? Value { get; init; }
}

/// <summary>A field of a form with its values.</summary>
public sealed record FormEntry
{
    /// <summary>Name of the field. Required.</summary>
    [JsonPropertyName("key")]
    public string? Key { get; init; }

    /// <summary>Values of the field, in order.</summary>
    public IReadOnlyList<string>? Values { get; init; }
}
