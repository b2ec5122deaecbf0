using System.CommandLine;

namespace Stash.Runner.Sync;

internal static class SyncCommand
{
    public static Command Create() => new("sync", "");
}
