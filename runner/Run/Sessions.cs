using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Core.CronJobs;
using Stash.Core.Kubernetes;

namespace Stash.Runner.Run;

/// <summary>Makes, finds and adopts this run's BackupSession, and looks at those beside it.</summary>
internal sealed class Sessions(IKubernetesClient client, RunSettings settings, TimeProvider time)
{
    private const int MostAttempts = 30;

    /// <summary>A Job with one of these makes no more pods (batch/v1 JobConditionType); the latter two come before its last pod is gone.</summary>
    private static readonly string[] JobEnds = ["Complete", "Failed", "FailureTarget", "SuccessCriteriaMet"];

    /// <summary>Stands for this Job where it has no session of its own.</summary>
    public BackupSession Self => new()
    {
        Metadata = new ObjectMeta
        {
            Labels = settings.JobUid is { } uid ? new Dictionary<string, string>(StringComparer.Ordinal) { [Labels.JobUid] = uid } : null,
        },
    };

    /// <summary>The session of this Job: that of an earlier attempt, the one that was named, or a new one.</summary>
    /// <exception cref="RunFailureException">The named session does not exist or belongs to another config.</exception>
    public async Task<BackupSession> OpenAsync(JsonObject config, CancellationToken cancellationToken)
    {
        if (settings.Session is { } name)
        {
            return await AdoptAsync(name, cancellationToken);
        }

        if (settings.JobUid is { } uid)
        {
            var options = new ListOptions { LabelSelector = $"{Labels.JobUid}={uid}" };
            await foreach (var found in client.ListAsync(ResourceTypes.BackupSessions, settings.Namespace, options, cancellationToken))
            {
                return Read(found);
            }
        }

        return await CreateAsync(config, cancellationToken);
    }

    /// <summary>Every session of the config, in any phase.</summary>
    public async Task<IReadOnlyList<BackupSession>> OfConfigAsync(CancellationToken cancellationToken)
    {
        var sessions = new List<BackupSession>();
        await foreach (var json in client.ListAsync(ResourceTypes.BackupSessions, settings.Namespace, null, cancellationToken))
        {
            var session = Read(json);
            if (session.Spec.Invoker is { } invoker && invoker.Kind == settings.Kind && invoker.Name == settings.Config)
            {
                sessions.Add(session);
            }
        }

        return sessions;
    }

    /// <summary>Uids of the namespace's Jobs that may still make pods.</summary>
    public async Task<IReadOnlySet<string>> ActiveJobsAsync(CancellationToken cancellationToken)
    {
        var active = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var job in client.ListAsync(ResourceTypes.Jobs, settings.Namespace, null, cancellationToken))
        {
            if (job.At("metadata", "deletionTimestamp") is null && !Array.Exists(JobEnds, e => job.ConditionStatus(e) == "True"))
            {
                active.Add(job.Uid());
            }
        }

        return active;
    }

    private async Task<BackupSession> AdoptAsync(string name, CancellationToken cancellationToken, int attempt = 1)
    {
        var json = await client.FindAsync(ResourceTypes.BackupSessions, settings.Namespace, name, cancellationToken)
            ?? throw new RunFailureException(FailureCodes.ConfigInvalid, $"there is no BackupSession {name} in namespace {settings.Namespace}");
        var session = Read(json);
        if (session.Spec.Invoker is not { } invoker || invoker.Kind != settings.Kind || invoker.Name != settings.Config)
        {
            throw new RunFailureException(
                FailureCodes.ConfigInvalid, $"BackupSession {name} is not one of {settings.Kind} {settings.Config}: see its spec.invoker");
        }

        if (settings.JobUid is null || session.Metadata.Labels?.GetValueOrDefault(Labels.JobUid) == settings.JobUid)
        {
            return session;
        }

        if (Rivals.IsTakenOn(session))
        {
            throw new RunFailureException(
                FailureCodes.ConfigInvalid, $"BackupSession {name} was taken on by another Job: create another BackupSession for another backup");
        }

        try
        {
            return await TakeOnAsync(session, cancellationToken);
        }
        catch (KubernetesException meanwhile) when (meanwhile.StatusCode == HttpStatusCode.Conflict && attempt < MostAttempts)
        {
            return await AdoptAsync(name, cancellationToken, attempt + 1);
        }
    }

    /// <summary>Only as it was read: of two Jobs that take a session on, one meets a conflict, looks again and sees the other's label.</summary>
    private async Task<BackupSession> TakeOnAsync(BackupSession session, CancellationToken cancellationToken)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = session.Metadata.ResourceVersion, ["labels"] = SessionLabels() },
        };
        return Read(await client.MergePatchAsync(
            ResourceTypes.BackupSessions, settings.Namespace, session.Metadata.Name ?? "", patch, null, cancellationToken));
    }

    private async Task<BackupSession> CreateAsync(JsonObject config, CancellationToken cancellationToken)
    {
        var second = time.GetUtcNow().ToUnixTimeSeconds();
        for (var tried = 0; ; tried++, second++)
        {
            try
            {
                var body = Body(config, string.Create(CultureInfo.InvariantCulture, $"{settings.Config}-{second}"));
                return Read(await client.CreateAsync(ResourceTypes.BackupSessions, settings.Namespace, body, null, cancellationToken));
            }
            catch (KubernetesException taken) when (taken.StatusCode == HttpStatusCode.Conflict && tried < MostAttempts)
            {
                // The name is another session's, or ours whose answer was lost: the label tells.
                var there = await client.FindAsync(
                    ResourceTypes.BackupSessions, settings.Namespace, $"{settings.Config}-{second}", cancellationToken);
                if (settings.JobUid is { } uid && there.Text("metadata", "labels", Labels.JobUid) == uid)
                {
                    return Read(there!);
                }
            }
        }
    }

    private JsonObject Body(JsonObject config, string name) => new()
    {
        ["apiVersion"] = StashApi.V1Beta1,
        ["kind"] = BackupSession.KindName,
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["namespace"] = settings.Namespace,
            ["labels"] = SessionLabels(),
            ["ownerReferences"] = new JsonArray(new JsonObject
            {
                ["apiVersion"] = Invoker.TypeOf(settings.Kind)!.ApiVersion,
                ["kind"] = settings.Kind,
                ["name"] = config.Name(),
                ["uid"] = config.Uid(),
                ["controller"] = true,
                ["blockOwnerDeletion"] = false,
            }),
        },
        ["spec"] = new JsonObject
        {
            ["invoker"] = new JsonObject
            {
                ["apiGroup"] = StashApi.Group,
                ["kind"] = settings.Kind,
                ["name"] = settings.Config,
            },
        },
    };

    private JsonObject SessionLabels()
    {
        var labels = new JsonObject
        {
            [Labels.InvokerKind] = settings.Kind,
            [Labels.InvokerName] = ObjectNames.LabelValue(settings.Config),
        };
        if (settings.JobUid is { } uid)
        {
            labels[Labels.JobUid] = uid;
        }

        return labels;
    }

    private static BackupSession Read(JsonObject json) =>
        json.Deserialize(StashJson.Default.BackupSession) ?? throw new JsonException("the API server sent no BackupSession");
}
