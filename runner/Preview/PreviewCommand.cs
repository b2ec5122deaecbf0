using System.CommandLine;

namespace Stash.Runner.Preview;

internal static class PreviewCommand
{
    public static Command Create() => new("preview", "");
}
