using Stash.Core.Signals;

namespace Stash.Core.Restic;

public sealed partial class ResticClient
{
    /// <summary><c>restic backup --stdin</c>: one snapshot with one file.</summary>
    /// <param name="order">Host, tags and further arguments; its paths are not looked at.</param>
    /// <param name="fileName">Name of the file in the snapshot.</param>
    /// <param name="write">Writes the file, see <see cref="ResticProcess.WriteInput"/>: false leaves no snapshot.</param>
    /// <param name="onProgress">Gets progress, at most about once a second.</param>
    /// <param name="cancellationToken">Interrupts restic.</param>
    public async Task<ResticEnd<BackupResult>> BackupStreamAsync(
        BackupOrder order, string fileName, Func<Stream, CancellationToken, Task<bool>> write, Action<Progress> onProgress, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var listener = new ResticListener(time) { OnStatus = status => onProgress(ResticFigures.Progress(status, time.GetElapsedTime(start))) };
        var exit = await RunAsync(
            BackupStreamArguments(order, fileName),
            listener,
            output => LineReader.ReadAsync(output, LongestLine, listener.OnOutputLine, CancellationToken.None),
            cancellationToken,
            write);
        return BackupEnd(exit, listener);
    }

    /// <summary>The arguments of <c>restic backup --stdin</c>; pure.</summary>
    public static IReadOnlyList<string> BackupStreamArguments(BackupOrder order, string fileName)
    {
        ArgumentNullException.ThrowIfNull(order);
        return [.. BackupHead(order), "--stdin", "--stdin-filename", fileName, .. order.Args ?? []];
    }
}
