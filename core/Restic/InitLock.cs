namespace Stash.Core.Restic;

/// <summary>
/// Lets one process at a time make a local repository. Two <c>restic init</c> at once both succeed and leave a config that only one
/// of the keys opens (restic 0.14 and 0.19). Other backends have nothing to lock: there the runner lets one host go first.
/// </summary>
internal static class InitLock
{
    private const string FileName = ".stash-init";
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs the action while holding the lock; without a lock where the backend has none or the folder cannot be written.</summary>
    public static async Task<ResticEnd<InitResult>> WhileHeldAsync(
        string repository, Func<Task<ResticEnd<InitResult>>> action, TimeProvider time, CancellationToken cancellationToken)
    {
        if (SecretRules.Provider(repository) != "local")
        {
            return await action();
        }

        try
        {
            using var held = await TakeAsync(repository, time, cancellationToken);
            var end = await action();
            if (held is not null && end.Value is not null)
            {
                File.Delete(held.Name);
            }

            return end;
        }
        catch (OperationCanceledException)
        {
            return new(null, ResticFailure.Interrupted());
        }
    }

    private static async Task<FileStream?> TakeAsync(string repository, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                Directory.CreateDirectory(repository);
                return new FileStream(Path.Combine(repository, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (IsHeldByAnother(e, repository))
            {
                await Task.Delay(BetweenTries, time, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <summary>.NET tells a lock of another by the errno EWOULDBLOCK in HResult.</summary>
    private static bool IsHeldByAnother(IOException e, string repository) =>
        e.HResult == 11 && File.Exists(Path.Combine(repository, FileName));
}
