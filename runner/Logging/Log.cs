using Microsoft.Extensions.Logging;

namespace Stash.Runner.Logging;

/// <summary>Every line that a run logs; the first word says which step speaks.</summary>
internal static partial class Log
{
    /// <summary>Name of the event of <see cref="BackupProgress"/>.</summary>
    public const string ProgressEvent = nameof(BackupProgress);

    [LoggerMessage(Level = LogLevel.Information, Message = "session  {Session} begins for {Kind} {Config} in namespace {Namespace}")]
    public static partial void SessionBegins(this ILogger log, string session, string kind, string config, string @namespace);

    [LoggerMessage(Level = LogLevel.Information, Message = "session  {Session} goes on where an earlier attempt stopped")]
    public static partial void SessionGoesOn(this ILogger log, string session);

    [LoggerMessage(Level = LogLevel.Information, Message = "session  {Sentence}")]
    public static partial void SessionEnded(this ILogger log, string sentence);

    [LoggerMessage(Level = LogLevel.Error, Message = "session  {Sentence}")]
    public static partial void SessionFailed(this ILogger log, string sentence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "session  {Session} of an earlier Job was never ended; it is closed as Failed")]
    public static partial void OrphanClosed(this ILogger log, string session);

    [LoggerMessage(Level = LogLevel.Warning, Message = "session  {Session} is left Running for the Job's next attempt")]
    public static partial void LeftToNextAttempt(this ILogger log, string session);

    [LoggerMessage(Level = LogLevel.Error, Message = "session  {Failure}")]
    public static partial void RunFailed(this ILogger log, string failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "session  told to stop")]
    public static partial void Stopped(this ILogger log);

    [LoggerMessage(Level = LogLevel.Error, Message = "session  the API server cannot be reached: {Reason}")]
    public static partial void ApiUnreachable(this ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "session  a fault of this program")]
    public static partial void Fault(this ILogger log, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "target   waiting: {Reason}")]
    public static partial void WaitingForPods(this ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "backup   {Host}  begins in pod {Pod}: {Paths}")]
    public static partial void BackupBegins(this ILogger log, string host, string pod, string paths);

#pragma warning disable SYSLIB1015 // Numbers of bytes are fields of the JSON line only.
    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "backup   {Host}  {Bar} {Percent}%  {Done} of {Total}  {Files} files  {Left}")]
    public static partial void BackupProgress(
        this ILogger log, string host, string bar, int percent, string done, string total, long files, string left,
        long bytesDone, long bytesTotal);
#pragma warning restore SYSLIB1015

    [LoggerMessage(Level = LogLevel.Information, Message = "backup   {Host}  done in {Duration}, without statistics")]
    public static partial void BackupDone(this ILogger log, string host, string duration);

    [LoggerMessage(Level = LogLevel.Information, Message = "backup   {Host}  snapshot {Snapshot}: {Size}, {Added} new, in {Duration}")]
    public static partial void SnapshotSaved(this ILogger log, string host, string snapshot, string size, string added, string duration);

    [LoggerMessage(Level = LogLevel.Error, Message = "backup   {Host}  {Failure}")]
    public static partial void BackupFailed(this ILogger log, string host, string failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "backup   {Pod}  attaching again: {Reason}")]
    public static partial void AttachingAgain(this ILogger log, string pod, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "sidecar  {Pod}  {Text}")]
    public static partial void SidecarSays(this ILogger log, string pod, string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "sidecar  {Pod}  says more than {Lines} lines: the rest is left out")]
    public static partial void SidecarSaysTooMuch(this ILogger log, string pod, int lines);

    [LoggerMessage(Level = LogLevel.Warning, Message = "sidecar  {Pod}  its last line is JSON, and no summary of restic's: no statistics")]
    public static partial void SidecarFiguresUnknown(this ILogger log, string pod);

    [LoggerMessage(Level = LogLevel.Warning, Message = "sidecar  {Pod}  waking it again: {Reason}")]
    public static partial void WakingAgain(this ILogger log, string pod, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "sidecar  {What}  is busy, waiting: {Reason}")]
    public static partial void SidecarBusy(this ILogger log, string what, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "attempt  {What}  {Outcome}: {Reason}; attempt {Attempt} of {Attempts} in {Seconds} s")]
    public static partial void TryingAgain(
        this ILogger log, string what, string outcome, string reason, int attempt, int attempts, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "hook     {Hook}  begins{Where}")]
    public static partial void HookBegins(this ILogger log, string hook, string where);

    [LoggerMessage(Level = LogLevel.Information, Message = "hook     {Hook}  ended well")]
    public static partial void HookEnded(this ILogger log, string hook);

    [LoggerMessage(Level = LogLevel.Error, Message = "hook     {Hook}  {Failure}")]
    public static partial void HookFailed(this ILogger log, string hook, string failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "hook     a pod of Job {Job} may still run, though the Job was given up")]
    public static partial void ExecutorMayRun(this ILogger log, string job);

    [LoggerMessage(Level = LogLevel.Warning, Message = "hook     {Place}: asking again: {Reason}")]
    public static partial void HookTriedAgain(this ILogger log, string place, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "restic   {Text}")]
    public static partial void ResticSays(this ILogger log, string text);

    [LoggerMessage(Level = LogLevel.Information, Message = "retain   {Kept} snapshots kept, {Removed} removed")]
    public static partial void RetentionApplied(this ILogger log, long kept, long removed);

    [LoggerMessage(Level = LogLevel.Error, Message = "retain   {Outcome}: {Reason}")]
    public static partial void RetentionFailed(this ILogger log, string outcome, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "retain   waiting for Lease {Lease}, held by {Holder}")]
    public static partial void WaitingForLease(this ILogger log, string lease, string holder);

    [LoggerMessage(Level = LogLevel.Warning, Message = "retain   Lease {Lease} could not be renewed: {Reason}")]
    public static partial void LeaseNotRenewed(this ILogger log, string lease, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "retain   Lease {Lease} could not be released and expires by itself: {Reason}")]
    public static partial void LeaseNotReleased(this ILogger log, string lease, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "config   the status of BackupConfiguration {Config} does not tell of {Session}: {Reason}")]
    public static partial void ConfigNotTold(this ILogger log, string config, string session, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "event    {Event} could not be written: {Reason}")]
    public static partial void EventLost(this ILogger log, string @event, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "job      {Job}  made")]
    public static partial void JobMade(this ILogger log, string job);

    [LoggerMessage(Level = LogLevel.Information, Message = "job      {Job}  was made by an earlier attempt and is taken on")]
    public static partial void JobAdopted(this ILogger log, string job);

    [LoggerMessage(Level = LogLevel.Warning, Message = "job      {Job}  cannot be looked at: {Reason}")]
    public static partial void JobNotSeen(this ILogger log, string job, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "job      {Job}  is given up and deleted: {Reason}")]
    public static partial void JobGivenUp(this ILogger log, string job, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "job      the log of pod {Pod} could not be read: {Reason}")]
    public static partial void JobLogLost(this ILogger log, string pod, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "perform  {Command}: {Text}")]
    public static partial void CommandSays(this ILogger log, string command, string text);

    [LoggerMessage(Level = LogLevel.Information, Message = "perform  {Verb}: {Sentence}")]
    public static partial void Performed(this ILogger log, string verb, string sentence);

    [LoggerMessage(Level = LogLevel.Error, Message = "perform  {Verb}: {Outcome}: {Reason}")]
    public static partial void PerformFailed(this ILogger log, string verb, string outcome, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "perform  {Path} could not be written: {Reason}")]
    public static partial void ResultNotLeft(this ILogger log, string path, string reason);
}
