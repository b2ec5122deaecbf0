using System.Globalization;

namespace Stash.LocalCluster.Kubelet.Sandbox;

/// <summary>Finds out whether a command exists in a running sandbox before it is tried.</summary>
internal static class ExecutableLookup
{
    /// <summary>Whether <paramref name="command"/> names a file, itself or in the container's PATH.</summary>
    public static bool Exists(SandboxProcess sandbox, string command)
    {
        var root = string.Create(CultureInfo.InvariantCulture, $"/proc/{sandbox.ProcessId}/root");
        var candidates = command.Contains('/', StringComparison.Ordinal)
            ? [Path.GetFullPath(command, sandbox.Plan.WorkingDirectory)]
            : sandbox.Plan.Environment.GetValueOrDefault("PATH", "").Split(':').Select(folder => Path.Join(folder, command));

        // A link's target is a path of the sandbox, not of this machine: that the link exists has to do.
        return candidates.Select(path => new FileInfo(root + path)).Any(static file => file.Exists || file.LinkTarget is not null);
    }
}
