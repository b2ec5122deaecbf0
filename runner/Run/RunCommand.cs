using System.CommandLine;

namespace Stash.Runner.Run;

internal static class RunCommand
{
    public static Command Create() => new("run", "");
}
