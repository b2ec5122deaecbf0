using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Validation;

namespace Stash.Core.Functions;

/// <summary>The Functions that a config names itself; those of a Task are the Task's.</summary>
public static class FunctionCalls
{
    /// <summary>The calls: of its sidecar, and of its hooks' executors.</summary>
    public static IEnumerable<FunctionCall> Of(BackupTemplate spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new[] { spec.Target?.Sidecar, spec.Hooks?.PreBackup?.Executor, spec.Hooks?.PostBackup?.Executor }.OfType<FunctionCall>();
    }

    /// <summary>A Function of the API's. One that cannot be read exists all the same, under its name, and no container can be made of it.</summary>
    public static Function Read(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return ObjectReader.Read(json, StashJson.Default.Function).Value
            ?? new Function { Metadata = new ObjectMeta { Name = json["metadata"]?["name"]?.GetValue<string>() } };
    }
}
