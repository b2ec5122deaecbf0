using Stash.Core.Api;
using Stash.Runner.Run;

namespace Stash.Runner.Batches;

/// <summary>A part of a session's status that looks like a status of its own: what works on a config's session works on it.</summary>
/// <param name="whole">The session.</param>
/// <param name="show">The part, as a status.</param>
/// <param name="put">The whole (first) with a changed part (second) in it.</param>
internal sealed class RecordView(
    ISessionRecord whole, Func<BackupSessionStatus, BackupSessionStatus> show, Func<BackupSessionStatus, BackupSessionStatus, BackupSessionStatus> put) : ISessionRecord
{
    /// <inheritdoc/>
    public BackupSession Session => whole.Session;

    /// <inheritdoc/>
    public string Name => whole.Name;

    /// <inheritdoc/>
    public BackupSessionStatus Status => show(whole.Status);

    /// <summary>One member's part: its target, with what a config's session says of itself among the target's conditions.</summary>
    public static RecordView OfMember(ISessionRecord whole, TargetReference target) =>
        new(whole, status => MemberStatus.Show(status, target), (status, part) => MemberStatus.Put(status, target, part));

    /// <summary>The part of the batch's own hooks.</summary>
    public static RecordView OfHooks(ISessionRecord whole) => new(whole, GlobalHookStatus.Show, GlobalHookStatus.Put);

    /// <inheritdoc/>
    public Task WriteAsync(Func<BackupSessionStatus, BackupSessionStatus> fold, CancellationToken cancellationToken) =>
        whole.WriteAsync(status => put(status, fold(show(status))), cancellationToken);
}
