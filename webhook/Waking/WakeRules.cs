using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Webhook.Wire;

namespace Stash.Webhook.Waking;

/// <summary>Whether a change that is let in gives sync something to do; pure.</summary>
internal static class WakeRules
{
    /// <summary>Decides. What is only tried (dry run), and what leaves the spec as it is, changes nothing that sync reads.</summary>
    public static bool Matter(AdmissionRequest request) =>
        request is { DryRun: false, Group: StashApi.Group, SubResource: "", Object: { } json }
        && (request.Kind, request.Operation) switch
        {
            (BackupConfiguration.KindName or BackupBatch.KindName or Repository.KindName or Function.KindName or TaskDefinition.KindName, "CREATE") => true,
            (BackupConfiguration.KindName or BackupBatch.KindName or Repository.KindName or Function.KindName or TaskDefinition.KindName, "UPDATE") =>
                !JsonNode.DeepEquals(json["spec"], request.OldObject?["spec"]),
            (BackupSession.KindName, "CREATE") => !IsOfARun(json),
            _ => false,
        };

    private static bool IsOfARun(JsonObject session) => session["metadata"]?["labels"]?[Labels.JobUid] is not null;
}
