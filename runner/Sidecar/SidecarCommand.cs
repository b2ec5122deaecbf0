using System.CommandLine;

namespace Stash.Runner.Sidecar;

internal static class SidecarCommand
{
    public static Command Create() => new("sidecar", "");
}
