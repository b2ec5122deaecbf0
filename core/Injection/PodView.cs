using System.Text.Json.Nodes;

namespace Stash.Core.Injection;

/// <summary>A pod's parts, once it is known that they have the types that a patch relies on. The raw pod stays as it is.</summary>
internal sealed class PodView
{
    private PodView(JsonObject metadata, JsonObject spec, List<JsonObject> containers, List<JsonObject> initContainers, List<JsonObject> volumes)
    {
        Metadata = metadata;
        Spec = spec;
        Containers = containers;
        InitContainers = initContainers;
        Volumes = volumes;
    }

    public JsonObject Metadata { get; }

    public JsonObject Spec { get; }

    public IReadOnlyList<JsonObject> Containers { get; }

    public IReadOnlyList<JsonObject> InitContainers { get; }

    public IReadOnlyList<JsonObject> Volumes { get; }

    /// <summary>Whether the pod is to end by itself: a Job's, or one that is not restarted for ever.</summary>
    public bool RunsToCompletion =>
        Metadata.Objects("ownerReferences").Any(owner => owner.Text("kind") == "Job")
        || Spec.Text("restartPolicy") is "Never" or "OnFailure";

    /// <summary>Reads a pod.</summary>
    /// <param name="pod">The raw pod.</param>
    /// <param name="fault">What is wrong with it, when null is returned.</param>
    public static PodView? Read(JsonObject pod, out string fault)
    {
        fault = "";
        if (pod["metadata"] is not JsonObject metadata || metadata["annotations"] is not (null or JsonObject))
        {
            fault = "metadata.annotations must be a map";
            return null;
        }

        if (pod["spec"] is not JsonObject spec)
        {
            fault = "spec must be an object";
            return null;
        }

        return Named(spec, "containers", out var containers, ref fault)
            && Named(spec, "initContainers", out var initContainers, ref fault)
            && Named(spec, "volumes", out var volumes, ref fault)
            && NotEmpty(containers, ref fault)
            ? new PodView(metadata, spec, containers, initContainers, volumes)
            : null;
    }

    public string? Annotation(string name) => Metadata.Object("annotations").Text(name);

    private static bool NotEmpty(List<JsonObject> containers, ref string fault)
    {
        fault = containers.Count == 0 ? "spec.containers must not be empty" : fault;
        return containers.Count > 0;
    }

    private static bool Named(JsonObject spec, string field, out List<JsonObject> entries, ref string fault)
    {
        entries = [];
        if (spec[field] is null)
        {
            return true;
        }

        if (spec[field] is JsonArray array)
        {
            entries.AddRange(array.OfType<JsonObject>().Where(entry => !string.IsNullOrEmpty(entry.Text("name"))));
            if (entries.Count == array.Count)
            {
                return true;
            }
        }

        fault = $"spec.{field} must be a list of objects with a name";
        return false;
    }
}
