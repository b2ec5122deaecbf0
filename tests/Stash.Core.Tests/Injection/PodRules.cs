using System.Text.Json.Nodes;
using Microsoft.AspNetCore.JsonPatch;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Stash.Core.Tests.Injection;

/// <summary>Applies a patch as an independent implementation does, and judges the pod as the API server would where an injection can go wrong.</summary>
internal static class PodRules
{
    private static readonly string[] ProbesAndHooks = ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle"];

    public static JsonObject Apply(JsonObject pod, JsonArray patch)
    {
        var document = JsonConvert.DeserializeObject<JsonPatchDocument>(patch.ToJsonString())!;
        var target = JObject.Parse(pod.ToJsonString());
        document.ApplyTo(target);
        return JsonNode.Parse(target.ToString(Formatting.None))!.AsObject();
    }

    public static IReadOnlyList<string> Faults(JsonObject pod)
    {
        var faults = new List<string>();
        var (ordinary, init) = (Objects(pod["spec"]!["containers"]), Objects(pod["spec"]!["initContainers"]));
        var volumes = Objects(pod["spec"]!["volumes"]);
        faults.AddRange(Repeated("container", ordinary.Concat(init).Select(Name)));
        faults.AddRange(Repeated("volume", volumes.Select(Name)));
        var names = volumes.Select(Name).ToHashSet(StringComparer.Ordinal);
        foreach (var container in ordinary.Concat(init))
        {
            var mounts = Objects(container["volumeMounts"]);
            faults.AddRange(Repeated($"mountPath of {Name(container)}", mounts.Select(mount => (string)mount["mountPath"]!)));
            faults.AddRange(mounts.Where(mount => !names.Contains(Name(mount))).Select(mount => $"{Name(container)} mounts {Name(mount)}, which is no volume"));
            faults.AddRange(mounts
                .Where(mount => mount["recursiveReadOnly"] is not null && ((bool?)mount["readOnly"] is not true || mount["mountPropagation"] is not null))
                .Select(mount => $"{Name(container)}: recursiveReadOnly of {mount["mountPath"]} needs readOnly and no propagation"));
        }

        faults.AddRange(init.Where(one => (string?)one["restartPolicy"] != "Always")
            .Where(one => ProbesAndHooks.Any(one.ContainsKey))
            .Select(one => $"{Name(one)} has probes or hooks and does not restart"));
        faults.AddRange(ordinary.Where(one => one.ContainsKey("restartPolicy")).Select(one => $"{Name(one)} is ordinary and has a restartPolicy"));
        return faults;
    }

    /// <summary>Pod Security "restricted" for one container, as far as the container itself decides.</summary>
    public static IReadOnlyList<string> Unrestricted(JsonObject container)
    {
        var context = container["securityContext"] as JsonObject ?? [];
        var faults = new List<string>();
        Expect((bool?)context["allowPrivilegeEscalation"] is false, "allowPrivilegeEscalation");
        Expect((bool?)context["runAsNonRoot"] is true, "runAsNonRoot");
        Expect((long?)context["runAsUser"] is not 0, "runAsUser");
        Expect((string?)context["seccompProfile"]?["type"] is "RuntimeDefault" or "Localhost", "seccompProfile");
        Expect(context["capabilities"]?["drop"]?.AsArray().Any(one => (string?)one == "ALL") is true, "capabilities.drop");
        Expect(context["capabilities"]?["add"] is not JsonArray { Count: > 0 }, "capabilities.add");
        Expect((bool?)context["privileged"] is not true, "privileged");
        return faults;

        void Expect(bool holds, string field)
        {
            if (!holds)
            {
                faults.Add(field);
            }
        }
    }

    public static JsonObject Sidecar(JsonObject pod) =>
        Objects(pod["spec"]!["initContainers"]).Concat(Objects(pod["spec"]!["containers"])).Single(one => Name(one) == "stash");

    public static IReadOnlyList<JsonObject> Objects(JsonNode? list) => [.. (list as JsonArray ?? []).Select(one => one!.AsObject())];

    private static string Name(JsonObject json) => (string)json["name"]!;

    private static IEnumerable<string> Repeated(string what, IEnumerable<string> names) =>
        names.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => $"{what} {group.Key} is there {group.Count()} times");
}
