using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.CronJobs;

/// <summary>A Job for one BackupSession, made out of its config's CronJob and owned by the session; pure.</summary>
public static class SessionJob
{
    /// <summary>Option of <c>run</c>: it runs the session that somebody made.</summary>
    public const string Run = "--session";

    /// <summary>Option of <c>run</c>: it runs the postBackup hook of a session whose runner is gone, and ends it.</summary>
    public const string Release = "--release";

    /// <summary>The Job's name: one for one session and option, so that two syncs at the same time make one Job.</summary>
    public static string Name(BackupSession session, string option)
    {
        ArgumentNullException.ThrowIfNull(session);
        return $"stash-{(option == Release ? "rel" : "bs")}-{session.Metadata.Uid}";
    }

    /// <summary>Builds batch/v1 Job.</summary>
    /// <param name="session">The session, with its uid.</param>
    /// <param name="option">What is done with it: <see cref="Run"/> or <see cref="Release"/>.</param>
    /// <param name="cronJob">The config's CronJob.</param>
    public static JsonObject Build(BackupSession session, string option, JsonObject cronJob)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(cronJob);
        var template = cronJob["spec"]!["jobTemplate"]!;
        var spec = template["spec"]!.DeepClone().AsObject();
        var container = spec["template"]!["spec"]!["containers"]![0]!.AsObject();
        var arguments = container["args"] as JsonArray ?? [];
        arguments.Add((JsonNode)option);
        arguments.Add((JsonNode)session.Metadata.Name!);
        container["args"] ??= arguments;
        return new JsonObject
        {
            ["apiVersion"] = "batch/v1",
            ["kind"] = "Job",
            ["metadata"] = new JsonObject
            {
                ["name"] = Name(session, option),
                ["namespace"] = session.Metadata.Namespace,
                ["labels"] = template["metadata"]?["labels"]?.DeepClone(),
                // As kubectl create job --from=cronjob/... marks its Jobs.
                ["annotations"] = new JsonObject { ["cronjob.kubernetes.io/instantiate"] = "manual" },
                ["ownerReferences"] = new JsonArray(OwnedBy(session)),
            },
            ["spec"] = spec,
        };
    }

    /// <summary>The ownerReference of what is collected with a session.</summary>
    public static JsonObject OwnedBy(BackupSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        return new JsonObject
        {
            ["apiVersion"] = StashApi.V1Beta1,
            ["kind"] = BackupSession.KindName,
            ["name"] = session.Metadata.Name,
            ["uid"] = session.Metadata.Uid,
            ["controller"] = true,
            ["blockOwnerDeletion"] = false,
        };
    }
}
