using System.CommandLine;

namespace Stash.Runner.Signal;

internal static class SignalCommand
{
    public static Command Create() => new("signal", "");
}
