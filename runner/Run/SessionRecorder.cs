using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Kubernetes;

namespace Stash.Runner.Run;

/// <summary>Holds a session's status and writes it after each step, one write at a time, so that progress survives this process.</summary>
internal sealed class SessionRecorder(IKubernetesClient client, BackupSession session) : ISessionRecord, IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>The session as it was read.</summary>
    public BackupSession Session { get; } = session;

    /// <summary>Name of the session.</summary>
    public string Name => Session.Metadata.Name ?? "";

    /// <summary>The status as it was last written.</summary>
    public BackupSessionStatus Status { get; private set; } = session.Status ?? new BackupSessionStatus();

    /// <summary>Folds a step into the status and writes it; a failed write leaves the status as it was.</summary>
    public async Task WriteAsync(Func<BackupSessionStatus, BackupSessionStatus> fold, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var next = fold(Status);
            var patch = new JsonObject { ["status"] = JsonSerializer.SerializeToNode(next, StashJson.Default.BackupSessionStatus) };
            await client.MergePatchAsync(
                ResourceTypes.BackupSessions, Session.Metadata.Namespace, Name, patch, new WriteOptions { Subresource = "status" }, cancellationToken);
            Status = next;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
