using System.CommandLine;

namespace Stash.Runner.Validate;

internal static class ValidateCommand
{
    public static Command Create() => new("validate", "");
}
