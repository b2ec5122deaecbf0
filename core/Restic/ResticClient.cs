using Stash.Core.Signals;

namespace Stash.Core.Restic;

/// <summary>How a verb ended: a value, or a failure. A backup that left files unread has both.</summary>
/// <typeparam name="T">What the verb tells.</typeparam>
/// <param name="Value">What it told; null where it failed.</param>
/// <param name="Failure">Why it failed; null where it did not.</param>
public sealed record ResticEnd<T>(T? Value, ResticFailure? Failure)
    where T : class;

/// <summary>restic, a file for each verb (folder Verbs). One instance serves one repository with one Secret.</summary>
public sealed partial class ResticClient(ResticLaunch launch, TimeProvider time)
{
    private const int LongestLine = 1 << 20;

    /// <summary>Gets sentences that are worth the log.</summary>
    public Action<string>? OnNotice { get; init; }

    /// <summary>Gets the process id of each restic as it starts.</summary>
    public Action<int>? OnStarted { get; init; }

    private Task<ResticExit> RunAsync(IReadOnlyList<string> arguments, ResticListener listener, CancellationToken cancellationToken) =>
        RunAsync(arguments, listener, output => LineReader.ReadAsync(output, LongestLine, listener.OnOutputLine, CancellationToken.None), cancellationToken);

    private Task<ResticExit> RunAsync(
        IReadOnlyList<string> arguments, ResticListener listener, Func<Stream, Task> readOutput, CancellationToken cancellationToken,
        Func<Stream, CancellationToken, Task<bool>>? writeInput = null) =>
        new ResticProcess(launch, time) { OnNotice = OnNotice, OnStarted = OnStarted, WriteInput = writeInput }
            .RunAsync(arguments, readOutput, listener.OnErrorLine, cancellationToken);

    private static ResticFailure? FailureOf(ResticExit exit, ResticListener listener) => exit switch
    {
        { StartFailure: { } why } => new ResticFailure(Outcome.Failed, $"{why}. The sidecar's image must carry restic.", Retryable: false),
        { Code: 0 } => null,
        { WasInterrupted: true } => ResticFailure.Interrupted(),
        _ => ResticFailure.Classify(exit.Code, listener.Words, listener.ExitError?.Message),
    };
}
