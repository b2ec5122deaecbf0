namespace Stash.Core.Validation;

/// <summary>Finds the name that was probably meant.</summary>
public static class NearestName
{
    /// <summary>The existing name nearest to <paramref name="name"/> by edits (a swap of neighbours is one edit); null when none is close.</summary>
    /// <remarks>Close is at most one edit for every three letters, and at most three.</remarks>
    public static string? Find(string name, IEnumerable<string> existing)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(existing);
        string? nearest = null;
        var least = Math.Min(3, Math.Max(1, name.Length / 3)) + 1;
        foreach (var candidate in existing.Order(StringComparer.Ordinal))
        {
            if (Math.Abs(candidate.Length - name.Length) < least && Distance(name, candidate) is var distance && distance < least)
            {
                (nearest, least) = (candidate, distance);
            }
        }

        return nearest;
    }

    /// <summary>A sentence in brackets, or nothing.</summary>
    internal static string Hint(string name, IEnumerable<string> existing) =>
        Find(name, existing) is { } nearest ? $"(did you mean {Quotation.Of(nearest)}?)" : "";

    private static int Distance(string from, string to)
    {
        var before = new int[to.Length + 1];
        var above = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var row = new int[to.Length + 1];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var same = char.ToLowerInvariant(from[i - 1]) == char.ToLowerInvariant(to[j - 1]);
                row[j] = Math.Min(Math.Min(row[j - 1], above[j]) + 1, above[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            (before, above) = (above, row);
        }

        return above[to.Length];
    }
}
