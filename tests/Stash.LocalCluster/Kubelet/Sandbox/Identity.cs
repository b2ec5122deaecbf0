using System.Globalization;
using System.Text.Json.Nodes;

namespace Stash.LocalCluster.Kubelet.Sandbox;

/// <summary>Who a container's processes are, from the security contexts of pod, container and image.</summary>
/// <param name="User">uid.</param>
/// <param name="Group">Primary gid.</param>
/// <param name="Groups">Supplementary gids, fsGroup among them.</param>
/// <param name="NoNewPrivileges">allowPrivilegeEscalation: false.</param>
/// <param name="Capabilities">The bounding set; null for all (privileged).</param>
internal sealed record Identity(int User, int Group, IReadOnlyList<int> Groups, bool NoNewPrivileges, IReadOnlyList<string>? Capabilities)
{
    // What containerd grants to a container that names no capabilities.
    private static readonly string[] Default =
    [
        "chown", "dac_override", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap", "net_bind_service", "net_raw", "sys_chroot",
        "mknod", "audit_write", "setfcap",
    ];

    /// <summary>Only root may become somebody else; for others all containers run as the current user.</summary>
    public static bool CanSwitch => Environment.IsPrivilegedProcess;

    /// <summary>Decides; the fault is the message of CreateContainerConfigError as the kubelet words it.</summary>
    public static (Identity? Identity, string? Fault) Resolve(JsonObject pod, JsonObject container, LocalImage image)
    {
        var shared = pod.At("spec", "securityContext");
        var own = container.At("securityContext");
        var stated = own.Number("runAsUser") ?? shared.Number("runAsUser");
        var user = stated ?? image.User ?? 0;
        if (user == 0 && (own.FlagOrNull("runAsNonRoot") ?? shared.Flag("runAsNonRoot")))
        {
            var of = $"(pod: \"{pod.Name()}_{pod.Namespace()}({pod.Uid()})\", container: {container.Text("name")})";
            return (null, stated is null
                ? $"container has runAsNonRoot and image will run as root {of}"
                : $"container's runAsUser breaks non-root policy {of}");
        }

        var group = own.Number("runAsGroup") ?? shared.Number("runAsGroup") ?? 0;
        var groups = ((shared.At("supplementalGroups") as JsonArray) ?? []).Select(static item => (int)(item.Number() ?? 0)).ToList();
        if (shared.Number("fsGroup") is { } fsGroup)
        {
            groups.Add((int)fsGroup);
        }

        var privileged = own.Flag("privileged");
        return (new Identity(
            (int)user,
            (int)group,
            [.. groups.Distinct()],
            own.FlagOrNull("allowPrivilegeEscalation") is false,
            privileged ? null : Granted(own)), null);
    }

    /// <summary>argv of setpriv, which becomes this identity and then the program that follows.</summary>
    /// <param name="diesWithParent">True for the first process of a sandbox.</param>
    public IEnumerable<string> Arguments(bool diesWithParent)
    {
        yield return "/usr/bin/setpriv";
        if (diesWithParent)
        {
            yield return "--pdeathsig=KILL";
        }

        if (NoNewPrivileges)
        {
            yield return "--no-new-privs";
        }

        if (CanSwitch)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"--reuid={User}");
            yield return string.Create(CultureInfo.InvariantCulture, $"--regid={Group}");
            yield return Groups.Count == 0 ? "--clear-groups" : "--groups=" + string.Join(',', Groups);
            yield return "--inh-caps=-all";
            if (Capabilities is not null)
            {
                yield return "--bounding-set=" + string.Join(',', Capabilities.Select(static name => "+" + name).Prepend("-all"));
            }
        }

        yield return "--";
    }

    private static List<string> Granted(JsonNode? context)
    {
        var drop = context.Texts("capabilities", "drop").Select(Plain).ToHashSet(StringComparer.Ordinal);
        var add = context.Texts("capabilities", "add").Select(Plain).Where(static name => name != "all");
        return [.. (drop.Contains("all") ? [] : Default.Where(name => !drop.Contains(name))).Concat(add).Distinct(StringComparer.Ordinal)];
    }

    private static string Plain(string capability)
    {
        var name = capability.ToLowerInvariant();
        return name.StartsWith("cap_", StringComparison.Ordinal) ? name[4..] : name;
    }
}
