using System.CommandLine;

namespace Stash.Runner.Render;

internal static class RenderCommand
{
    public static Command Create() => new("render", "");
}
