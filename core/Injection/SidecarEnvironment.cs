using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.Injection;

/// <summary>The sidecar's environment: where it is, where it may write, and what mounts and the user ask for.</summary>
internal static class SidecarEnvironment
{
    /// <summary>Builds core/v1 EnvVar entries; a later owner of a name wins: ours, the mounts', the user's.</summary>
    /// <param name="forMounts">Entries that a <c>subPathExpr</c> needs.</param>
    /// <param name="users">The user's entries.</param>
    public static JsonArray Build(IReadOnlyList<JsonObject> forMounts, JsonArray? users)
    {
        JsonObject[] given = [.. forMounts, .. users?.OfType<JsonObject>() ?? []];
        var taken = given.Select(entry => entry.Text("name")).ToHashSet(StringComparer.Ordinal);
        JsonNode[] entries = [.. Ours().Where(entry => !taken.Contains(entry.Text("name"))), .. given.Select(entry => entry.DeepClone())];
        return new JsonArray(entries);
    }

    /// <summary>The target container's entries that the mounts' <c>subPathExpr</c> name, and what those name in turn.</summary>
    /// <returns>The entries, or the mount and variable that the container does not define.</returns>
    public static (IReadOnlyList<JsonObject> Entries, (string Mount, string Variable)? Missing) ForMounts(
        JsonObject container, IReadOnlyList<JsonObject> mounts)
    {
        var entries = new List<JsonObject>();
        foreach (var mount in mounts)
        {
            var direct = References(mount.Text("subPathExpr"));
            var pending = new Queue<string>(direct);
            while (pending.TryDequeue(out var name))
            {
                if (entries.Any(entry => entry.Text("name") == name))
                {
                    continue;
                }

                if (container.Objects("env").LastOrDefault(entry => entry.Text("name") == name) is not { } found)
                {
                    // In a value, unlike in a path, an unknown reference stays as text.
                    if (!direct.Contains(name, StringComparer.Ordinal))
                    {
                        continue;
                    }

                    return ([], (mount.Text("mountPath") ?? "", name));
                }

                // In front of the one that needs it: Kubernetes expands from what was defined earlier.
                entries.Insert(0, found);
                foreach (var reference in References(found.Text("value")))
                {
                    pending.Enqueue(reference);
                }
            }
        }

        return (entries, null);
    }

    private static IEnumerable<JsonObject> Ours() =>
    [
        FromField("POD_NAME", "metadata.name"),
        FromField("POD_NAMESPACE", "metadata.namespace"),
        FromField("NODE_NAME", "spec.nodeName"),
        new() { ["name"] = "HOME", ["value"] = SidecarNames.WorkPath },
        new() { ["name"] = "TMPDIR", ["value"] = SidecarNames.WorkPath },
    ];

    private static JsonObject FromField(string name, string path) => new()
    {
        ["name"] = name,
        ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = path } },
    };

    // $(NAME) is a reference, $$(NAME) is text (k8s.io/kubernetes third_party/forked/golang/expansion).
    private static List<string> References(string? text)
    {
        var names = new List<string>();
        for (var i = 0; text is not null && i < text.Length - 1; i++)
        {
            if (text[i] != '$')
            {
                continue;
            }

            var end = text[i + 1] == '(' ? text.IndexOf(')', i) : -1;
            if (end > i + 2)
            {
                names.Add(text[(i + 2)..end]);
            }

            i++;
        }

        return names;
    }
}
