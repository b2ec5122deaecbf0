using System.Collections;
using Stash.Core.Restic;

namespace Stash.Runner.Perform;

/// <summary>The values of this process's environment that look like secrets by their names: a Function's credentials, which its command may print.</summary>
internal static class KnownSecrets
{
    private static readonly string[] Words = ["PASS", "PWD", "SECRET", "TOKEN", "KEY", "CREDENTIAL"];

    /// <summary>Masks them.</summary>
    public static Scrubber Scrubber(IDictionary environment) => new(
        environment.Cast<DictionaryEntry>()
            .Where(entry => entry.Key is string name && name != "PWD" && name != "OLDPWD" && Words.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)))
            .Select(entry => entry.Value as string ?? "")
            .Where(value => value.Length > 0));
}
