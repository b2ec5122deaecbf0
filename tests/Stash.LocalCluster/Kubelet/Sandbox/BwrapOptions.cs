namespace Stash.LocalCluster.Kubelet.Sandbox;

/// <summary>A plan in bwrap's words. Environment values may be secret: these options go through a pipe, never through argv.</summary>
internal static class BwrapOptions
{
    /// <summary>All options but the command.</summary>
    public static IEnumerable<string> Of(SandboxPlan plan)
    {
        var mounts = plan.Mounts.Append(plan.TerminationMessage)
            .Select(static mount => mount with { Target = RootTree.Resolve(mount.Target) })
            .OrderBy(static mount => mount.Target, StringComparer.Ordinal)
            .ToList();
        MakeNested(mounts);

        IEnumerable<string> options = Identity.CanSwitch ? [] : ["--unshare-user"];
        options = options
            .Concat(["--die-with-parent", "--new-session", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--hostname", plan.Hostname, "--as-pid-1"])
            .Concat(RootTree.Options([.. mounts.Select(static mount => mount.Target)], plan.ReadOnlyRoot))
            .Concat(mounts.SelectMany(static mount => new[] { mount.ReadOnly ? "--ro-bind" : "--bind", mount.Source, mount.Target }));
        return options
            .Concat(plan.WorkingDirectory == "/" ? [] : ["--perms", "0755", "--dir", plan.WorkingDirectory])
            .Concat(plan.ReadOnlyRoot ? ["--remount-ro", "/"] : [])
            .Concat(["--chdir", plan.WorkingDirectory, "--clearenv"])
            .Concat(plan.Environment.SelectMany(static pair => new[] { "--setenv", pair.Key, pair.Value }));
    }

    // A mount point inside a volume is made in the volume, as the kubelet does.
    private static void MakeNested(List<SandboxMount> mounts)
    {
        foreach (var inner in mounts)
        {
            var outer = mounts.LastOrDefault(mount => inner.Target.StartsWith(mount.Target + "/", StringComparison.Ordinal));
            if (outer is null)
            {
                continue;
            }

            var place = Path.Join(outer.Source, inner.Target[outer.Target.Length..]);
            if (Path.Exists(place))
            {
                continue;
            }

            if (Directory.Exists(inner.Source))
            {
                Directory.CreateDirectory(place);
            }
            else
            {
                Directory.CreateDirectory(Path.GetDirectoryName(place)!);
                File.WriteAllBytes(place, []);
            }
        }
    }
}
