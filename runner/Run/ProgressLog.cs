using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Signals;
using Stash.Runner.Logging;

namespace Stash.Runner.Run;

/// <summary>Logs a host's progress, at most once a second.</summary>
internal sealed class ProgressLog(ILogger log, TimeProvider time, string host)
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private long? _last;

    /// <summary>Takes one line of progress.</summary>
    public void Report(Progress progress)
    {
        if (_last is { } last && time.GetElapsedTime(last) < Pace)
        {
            return;
        }

        _last = time.GetTimestamp();
        log.BackupProgress(
            host, ProgressBar.Text(progress.PercentDone), (int)(Math.Clamp(progress.PercentDone, 0, 1) * 100), Sizes.Short(progress.BytesDone),
            Sizes.Short(progress.TotalBytes), progress.FilesDone, ProgressBar.Left(progress.SecondsRemaining), progress.BytesDone, progress.TotalBytes);
    }
}
