using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Restic;
using Stash.Core.Signals;
using Stash.Runner.Logging;
using Stash.Runner.Run;

namespace Stash.Runner.Perform;

/// <summary>Carries one request out in the container of a Job, tells of it in the log, and leaves the result in the termination message.</summary>
internal sealed class PerformRun(ResticSurroundings surroundings, string terminationPath, TimeProvider time, ILogger log)
{
    /// <summary>Runs to the end.</summary>
    /// <param name="request">The request, for what is logged.</param>
    /// <param name="operate">Runs it on the repository.</param>
    /// <returns>0, or <see cref="ExitCodes.FailedForGood"/>.</returns>
    public async Task<int> RunAsync(
        SignalRequest request, Func<RepositoryOperations, Func<SignalLine, ValueTask>, Task<SignalResult>> operate)
    {
        var progress = new ProgressLog(log, time, request.Backup?.Host ?? request.Verb);
        var result = await operate(new RepositoryOperations(surroundings, time), Report);
        await LeaveAsync(result);
        if (result.Outcome == Outcome.Succeeded)
        {
            log.Performed(result.Verb, result.Message);
            return ExitCodes.Done;
        }

        foreach (var path in result.UnreadPaths ?? [])
        {
            log.ResticSays(path);
        }

        log.PerformFailed(result.Verb, result.Outcome, result.Message);
        return ExitCodes.FailedForGood;

        ValueTask Report(SignalLine line)
        {
            if (line.Progress is { } step)
            {
                progress.Report(step);
            }

            if (line.Log is { } text)
            {
                log.ResticSays(text);
            }

            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Where restic's cache and scratch files go: the Job's work volume, or a folder of this machine's temporary ones.</summary>
    public static ResticSurroundings Surroundings(string secretPath) => new(
        "restic",
        secretPath,
        Directory.Exists(SidecarNames.WorkPath) ? SidecarNames.WorkPath : Path.Combine(Path.GetTempPath(), "stash-perform"));

    /// <summary>A message that cannot be left costs the details: exit code and log still tell.</summary>
    private async Task LeaveAsync(SignalResult result)
    {
        try
        {
            await File.WriteAllTextAsync(terminationPath, TerminationMessage.Of(result));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.ResultNotLeft(terminationPath, e.Message);
        }
    }
}
