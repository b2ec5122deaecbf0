using Stash.Core.Api;

namespace Stash.Core.Restic;

/// <summary>A Repository's backend in restic's words; holds no secret.</summary>
/// <param name="Repository">As restic's <c>-r</c> takes it.</param>
/// <param name="Environment">More environment.</param>
/// <param name="GlobalArgs">Options before the verb.</param>
public sealed record BackendAddress(string Repository, IReadOnlyDictionary<string, string> Environment, IReadOnlyList<string> GlobalArgs)
{
    /// <summary>Translates a valid backend.</summary>
    /// <exception cref="ArgumentException">The backend names no provider.</exception>
    public static BackendAddress For(Backend backend) => throw new NotImplementedException();
}
