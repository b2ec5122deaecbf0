namespace Stash.Core.Restic;

/// <summary>Which paths a backup could not read: the first fifty with their reasons, and how many there were.</summary>
public sealed class UnreadFiles
{
    private const int Listed = 50;
    private const int LongestEntry = 1024;
    private const string SkippedEnd = " does not exist, skipping";

    private readonly List<string> _entries = [];

    /// <summary>The first fifty: path, colon, reason.</summary>
    public IReadOnlyList<string> Entries => _entries;

    /// <summary>All of them.</summary>
    public long Count { get; private set; }

    /// <summary>Takes an <c>error</c> message of a backup. What the scan could not read, the archiver tells once more.</summary>
    public void Add(ResticMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.During == "scan" || message.Item is not { Length: > 0 } item)
        {
            return;
        }

        var reason = message.Reason();
        AddEntry(reason.StartsWith(item + ": ", StringComparison.Ordinal) ? reason : $"{item}: {reason}");
    }

    /// <summary>Takes a line of standard error; true where it tells of a path that does not exist (all versions print it as text).</summary>
    public bool AddText(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (!line.EndsWith(SkippedEnd, StringComparison.Ordinal))
        {
            return false;
        }

        AddEntry($"{line[..^SkippedEnd.Length]}: does not exist");
        return true;
    }

    private void AddEntry(string entry)
    {
        Count++;
        if (_entries.Count < Listed)
        {
            _entries.Add(entry.Length <= LongestEntry ? entry : entry[..LongestEntry] + "...");
        }
    }
}
