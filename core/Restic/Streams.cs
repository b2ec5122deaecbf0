namespace Stash.Core.Restic;

/// <summary>What writes the file that is backed up.</summary>
public interface IBackupSource
{
    /// <summary>Why it failed; null while it did not. No secret.</summary>
    string? Fault { get; }

    /// <summary>Writes all of the file.</summary>
    /// <param name="output">Where to; an IOException of it is passed on.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Whether the file is whole; else <see cref="Fault"/> says why not.</returns>
    Task<bool> WriteToAsync(Stream output, CancellationToken cancellationToken);
}

/// <summary>What takes a file that is restored.</summary>
public interface IRestoreSink
{
    /// <summary>Begins.</summary>
    /// <returns>Where the file goes; null where it could not begin.</returns>
    Stream? Begin();

    /// <summary>Ends.</summary>
    /// <param name="isWhole">Whether all of the file came; if not, what came must have no effect.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Why it failed; null when it did not. No secret.</returns>
    Task<string?> EndAsync(bool isWhole, CancellationToken cancellationToken);
}
