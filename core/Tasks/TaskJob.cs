using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.CronJobs;

namespace Stash.Core.Tasks;

/// <summary>The Job around a Task's pod; pure.</summary>
internal static class TaskJob
{
    /// <summary>Builds batch/v1 Job: one pod, one try. It is collected with its BackupSession.</summary>
    public static JsonObject Wrap(TaskRun run, string name, JsonObject template) => new()
    {
        ["apiVersion"] = "batch/v1",
        ["kind"] = "Job",
        ["metadata"] = Metadata(run, name),
        ["spec"] = new JsonObject
        {
            ["backoffLimit"] = 0,
            ["activeDeadlineSeconds"] = Math.Max(1, run.Seconds),
            ["template"] = template,
        },
    };

    /// <summary>Metadata of an object that belongs to the session.</summary>
    public static JsonObject Metadata(TaskRun run, string name) => new()
    {
        ["name"] = name,
        ["namespace"] = Ownership.NamespaceOf(run.Config),
        ["labels"] = Ownership.LabelsFor(run.Config),
        ["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = StashApi.V1Beta1,
            ["kind"] = BackupSession.KindName,
            ["name"] = run.Session,
            ["uid"] = run.SessionUid,
            ["controller"] = true,
            ["blockOwnerDeletion"] = false,
        }),
    };
}
