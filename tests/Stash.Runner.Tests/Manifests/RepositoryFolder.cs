using System.Runtime.CompilerServices;

namespace Stash.Runner.Tests.Manifests;

/// <summary>This repository's files.</summary>
internal static class RepositoryFolder
{
    /// <summary>The folder with the solution.</summary>
    public static string Root { get; } = Find();

    private static string Find([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
