using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Validation;
using Stash.Runner.Run;

namespace Stash.Runner.Hooks;

/// <summary>Finds the number of a hook's port; pure.</summary>
internal static class HookPort
{
    /// <summary>The number, or that of the port which a container of the pod gives the name.</summary>
    /// <param name="port">A number, or a name.</param>
    /// <param name="pod">The pod; null where there is none, and then only a number will do.</param>
    /// <param name="container">The container that is looked into; null for any.</param>
    /// <exception cref="RunFailureException">Nothing has a port of that name.</exception>
    public static int Resolve(JsonNode? port, JsonObject? pod, string? container)
    {
        if (port?.GetValueKind() == JsonValueKind.Number)
        {
            return (int)(JsonFields.Number(port) ?? 0);
        }

        var name = JsonFields.Text(port) ?? "";
        var ports = pod.Objects("spec", "containers").Concat(pod.Objects("spec", "initContainers")).Where(c => container is null || c.Text("name") == container).SelectMany(c => c.Objects("ports")).ToList();
        var number = ports.Find(p => p.Text("name") == name).Number("containerPort");
        if (number is not null)
        {
            return (int)number;
        }

        var names = ports.Select(p => p.Text("name")).OfType<string>().ToList();
        var hint = NearestName.Find(name, names) is { } nearest ? $"did you mean {nearest}?" : names.Count > 0 ? $"there are {string.Join(", ", names)}" : "give it by number";
        throw new RunFailureException(
            FailureCodes.HookPortUnknown, $"{(pod is null ? "nothing" : $"no container of pod {pod.Name()}")} names a port {name}; {hint}");
    }
}
