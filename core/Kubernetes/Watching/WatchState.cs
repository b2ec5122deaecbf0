using System.Text.Json.Nodes;
using Stash.Core.Kubernetes.Requests;

namespace Stash.Core.Kubernetes.Watching;

/// <summary>What a watch's taker has been told so far, so that a second list becomes the changes since. Keeps copies: takers may edit theirs.</summary>
internal sealed class WatchState
{
    private readonly Dictionary<string, JsonObject> known = new(StringComparer.Ordinal);

    /// <summary>The changes that lead from what is known to what a list shows.</summary>
    public IEnumerable<WatchEvent> Relisted(IReadOnlyList<JsonObject> items)
    {
        var present = items.Select(ListPage.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var (key, gone) in known.Where(entry => !present.Contains(entry.Key)).ToList())
        {
            known.Remove(key);
            yield return new(WatchEventType.Deleted, gone);
        }

        foreach (var item in items)
        {
            foreach (var change in Seen(item))
            {
                yield return change;
            }
        }
    }

    /// <summary>The changes that an event of the server means; none where it tells nothing new.</summary>
    public IEnumerable<WatchEvent> Told(string type, JsonObject item)
    {
        if (type != "DELETED")
        {
            return Seen(item);
        }

        return known.Remove(ListPage.Key(item)) ? [new(WatchEventType.Deleted, item)] : [];
    }

    private IEnumerable<WatchEvent> Seen(JsonObject item)
    {
        var key = ListPage.Key(item);
        if (!known.TryGetValue(key, out var before))
        {
            known[key] = Copy(item);
            yield return new(WatchEventType.Added, item);
        }
        else if (ListPage.Metadata(before, "uid") != ListPage.Metadata(item, "uid"))
        {
            known[key] = Copy(item);
            yield return new(WatchEventType.Deleted, before);
            yield return new(WatchEventType.Added, item);
        }
        else if (ListPage.Metadata(before, "resourceVersion") != ListPage.Metadata(item, "resourceVersion"))
        {
            known[key] = Copy(item);
            yield return new(WatchEventType.Modified, item);
        }
    }

    private static JsonObject Copy(JsonObject item) => item.DeepClone().AsObject();
}
