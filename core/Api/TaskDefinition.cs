using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Stash.Core.Api;

/// <summary>Functions in their order: the steps of one Job. Kind <c>Task</c>, cluster-scoped.</summary>
public sealed record TaskDefinition
{
    /// <summary>Kind as written on the wire.</summary>
    public const string KindName = "Task";

    // Source-generated deserialization sets every init property, absent ones to null: the setters put the defaults back.

    /// <summary><c>stash.appscode.com/v1beta1</c>.</summary>
    public string ApiVersion { get; init => field = value ?? StashApi.V1Beta1; } = StashApi.V1Beta1;

    /// <summary>Always <see cref="KindName"/>.</summary>
    public string Kind { get; init => field = value ?? KindName; } = KindName;

    /// <summary>Standard metadata.</summary>
    public ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>The steps and the volumes that they share.</summary>
    public TaskSpec Spec { get; init => field = value ?? new(); } = new();
}

/// <summary>The spec of a <see cref="TaskDefinition"/>.</summary>
public sealed record TaskSpec
{
    /// <summary>The steps: the last is the Job's container, those before it are init containers. Required.</summary>
    public IReadOnlyList<TaskStep>? Steps { get; init; }

    /// <summary>Volumes of the Job's pod (core/v1 Volume).</summary>
    public JsonArray? Volumes { get; init; }
}

/// <summary>A step: a Function with values for its params.</summary>
public sealed record TaskStep
{
    /// <summary>Name of the Function. Required.</summary>
    public string? Name { get; init; }

    /// <summary>Values of the Function's params by name: a map of strings, or a list of name and value. The config's win.</summary>
    [JsonConverter(typeof(ParamsConverter))]
    public IReadOnlyDictionary<string, string>? Params { get; init; }
}
