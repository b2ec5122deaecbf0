using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.CronJobs;

/// <summary>What ties an object to the config, or the batch as one, that it was made from.</summary>
public static class Ownership
{
    /// <summary>Selects everything that sync applies.</summary>
    public const string Selector = $"{Labels.ManagedBy}={Labels.ManagedByValue}";

    /// <summary>The namespace of a config; <c>default</c> where the manifest names none.</summary>
    public static string NamespaceOf(BackupConfiguration config) => config.Metadata.Namespace is { Length: > 0 } ns ? ns : "default";

    /// <summary>Labels of everything that is made from a config; sync deletes only what carries them.</summary>
    public static JsonObject LabelsFor(BackupConfiguration config) => new()
    {
        [Labels.ManagedBy] = Labels.ManagedByValue,
        [Labels.InvokerKind] = config.Kind,
        [Labels.InvokerName] = ObjectNames.LabelValue(config.Metadata.Name ?? ""),
    };

    /// <summary>
    /// Metadata of an object that belongs to a config. The owner reference needs the config's uid, which only the API server gives: an
    /// object rendered from files has none, and sync adds it. It never blocks the owner's deletion, so that nobody needs rights on
    /// the config's finalizers (admission plugin OwnerReferencesPermissionEnforcement).
    /// </summary>
    public static JsonObject MetadataFor(BackupConfiguration config)
    {
        var metadata = new JsonObject
        {
            ["name"] = ObjectNames.CronJob(config.Kind, config.Metadata.Name ?? ""),
            ["namespace"] = NamespaceOf(config),
            ["labels"] = LabelsFor(config),
        };
        if (config.Metadata.Uid is { Length: > 0 } uid)
        {
            metadata["ownerReferences"] = new JsonArray(new JsonObject
            {
                ["apiVersion"] = config.Kind == BackupBatch.KindName ? StashApi.V1Beta1 : StashApi.V1Beta2,
                ["kind"] = config.Kind,
                ["name"] = config.Metadata.Name,
                ["uid"] = uid,
                ["controller"] = true,
                ["blockOwnerDeletion"] = false,
            });
        }

        return metadata;
    }
}
