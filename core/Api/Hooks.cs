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
    /// <summary>A command; read as <c>{command: []}</c> or as a bare list.</summary>
    public ExecAction? Exec { get; init; }

    /// <summary>An HTTP GET (core/v1 HTTPGetAction).</summary>
    public JsonObject? HttpGet { get; init; }

    /// <summary>An HTTP POST.</summary>
    public HttpPostAction? HttpPost { get; init; }

    /// <summary>A TCP connection (core/v1 TCPSocketAction).</summary>
    public JsonObject? TcpSocket { get; init; }

    /// <summary>Container for <see cref="Exec"/>; default the pod's first.</summary>
    public string? ContainerName { get; init; }

    /// <summary>postBackup only: <c>Always</c> (default), <c>OnFailure</c>, <c>OnSuccess</c>, <c>OnFinalRetryFailure</c>.</summary>
    public string? ExecutionPolicy { get; init; }

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
    /// <summary>Path of the request.</summary>
    public string? Path { get; init; }

    /// <summary>Port by number or by the container's name for it.</summary>
    public JsonNode? Port { get; init; }

    /// <summary>Host; default the pod's IP.</summary>
    public string? Host { get; init; }

    /// <summary><c>HTTP</c> (default) or <c>HTTPS</c>.</summary>
    public string? Scheme { get; init; }

    /// <summary>Headers, each with name and value.</summary>
    public IReadOnlyList<HttpHeader>? HttpHeaders { get; init; }

    /// <summary>Body; excludes <see cref="Form"/>.</summary>
    public string? Body { get; init; }

    /// <summary>A form.</summary>
    public IReadOnlyList<FormEntry>? Form { get; init; }
}

/// <summary>An HTTP header.</summary>
public sealed record HttpHeader
{
    /// <summary>Name.</summary>
    public string? Name { get; init; }

    /// <summary>Value.</summary>
    public string? Value { get; init; }
}

/// <summary>A field of a form with its values.</summary>
public sealed record FormEntry
{
    /// <summary>Name of the field.</summary>
    [JsonPropertyName("key")]
    public string? Key { get; init; }

    /// <summary>Its values.</summary>
    public IReadOnlyList<string>? Values { get; init; }
}
