using System.Text.Json.Nodes;
using Stash.Core.CronJobs;

namespace Stash.Core.Tasks;

/// <summary>The volume for data on its way; pure. It goes with its BackupSession.</summary>
internal static class InterimClaim
{
    /// <summary>Builds core/v1 PersistentVolumeClaim from <c>spec.interimVolumeTemplate</c>; null where there is none. Its name is the Job's.</summary>
    public static JsonObject? Make(TaskRun run, string name)
    {
        if (run.Config.Spec.InterimVolumeTemplate is not { } template)
        {
            return null;
        }

        var metadata = TaskJob.Metadata(run, name);
        if (template["metadata"]?["labels"] is JsonObject labels)
        {
            var all = labels.DeepClone().AsObject();
            Overlay.Merge(all, metadata["labels"]!.AsObject());
            metadata["labels"] = all;
        }

        if (template["metadata"]?["annotations"] is JsonObject annotations)
        {
            metadata["annotations"] = annotations.DeepClone();
        }

        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = TaskNames.ClaimKind,
            ["metadata"] = metadata,
            ["spec"] = template["spec"]?.DeepClone() ?? new JsonObject(),
        };
    }
}
