using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.Conversion;

/// <summary>
/// A BackupConfiguration as v1beta1 and as v1beta2 write it. They differ in <c>spec.repository</c> alone: an object there, a list here.
/// Works on the JSON, so that fields of neither version's records pass through.
/// </summary>
internal static class ConfigVersions
{
    private const string Field = "repository";

    /// <summary>
    /// From v1beta2 to v1beta1: the first entry of the list stands in the field, the further ones (and that there is a list at all, when
    /// it is empty) in annotation <see cref="Annotations.FurtherRepositories"/>.
    /// </summary>
    public static void ToV1Beta1(JsonObject config)
    {
        if (config["spec"] is not JsonObject spec)
        {
            return;
        }

        if (FurtherRepositories.Take(config) is AsIs || !spec.TryGetPropertyValue(Field, out var value))
        {
            return;
        }

        if (value is JsonArray list)
        {
            Split(config, spec, list);
        }
        else
        {
            FurtherRepositories.MarkAsIs(config);
        }
    }

    /// <summary>From v1beta1 to v1beta2: the reverse, and a list of one where no annotation says more.</summary>
    public static void ToV1Beta2(JsonObject config)
    {
        if (config["spec"] is not JsonObject spec)
        {
            return;
        }

        var carried = FurtherRepositories.Take(config);
        if (carried is AsIs)
        {
            return;
        }

        var given = spec.TryGetPropertyValue(Field, out var value);
        if (given && value is not JsonObject)
        {
            FurtherRepositories.MarkAsIs(config);
        }
        else if (given || carried is Further)
        {
            Join(spec, value, (carried as Further)?.Entries ?? []);
        }
    }

    private static void Split(JsonObject config, JsonObject spec, JsonArray list)
    {
        var first = list is [JsonObject, ..] ? list[0] : null;
        if (first is null)
        {
            spec.Remove(Field);
        }
        else
        {
            list.RemoveAt(0);
            spec[Field] = first;
        }

        if (first is null || list.Count > 0)
        {
            FurtherRepositories.Carry(config, list);
        }
    }

    private static void Join(JsonObject spec, JsonNode? first, JsonArray list)
    {
        // The field keeps its position, and only a node that has left its place can be put into another.
        spec[Field] = list;
        if (first is not null)
        {
            list.Insert(0, first);
        }
    }
}
