using System.CommandLine;

namespace Stash.Runner.Input;

/// <summary>Options of the verbs that work on files.</summary>
internal static class InputOptions
{
    /// <summary><c>-f</c>, once or more often.</summary>
    public static Option<string[]> Files() => new("--filename", "-f")
    {
        Description = "File or folder (with all its folders) of manifests; - reads standard input. May be given more than once.",
        HelpName = "FILE",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary><c>--namespace</c>.</summary>
    public static Option<string> Namespace() => new("--namespace", "-n")
    {
        Description = "Namespace of objects that name none.",
        HelpName = "NAMESPACE",
        DefaultValueFactory = _ => "default",
    };
}
