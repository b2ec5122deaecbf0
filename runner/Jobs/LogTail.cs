using System.Text;

namespace Stash.Runner.Jobs;

/// <summary>The end of a log, short enough for a condition and an Event; pure.</summary>
internal static class LogTail
{
    /// <summary>Most lines.</summary>
    public const int Lines = 20;

    /// <summary>Most bytes of UTF-8.</summary>
    public const int Bytes = 2048;

    /// <summary>The last lines, without control characters; what is cut at the front is shown as dots.</summary>
    public static string Of(string log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var lines = log.Split('\n').Select(Clean).Where(line => line.Length > 0).TakeLast(Lines).ToList();
        var text = string.Join('\n', lines);
        var over = Encoding.UTF8.GetByteCount(text) - Bytes;
        if (over <= 0)
        {
            return text;
        }

        const string dots = "...";
        var from = 0;
        for (var cut = 0; cut < over + dots.Length;)
        {
            var size = char.IsSurrogatePair(text, from) ? 2 : 1;
            cut += Encoding.UTF8.GetByteCount(text.AsSpan(from, size));
            from += size;
        }

        return dots + text[from..];
    }

    private static string Clean(string line) =>
        string.Concat(line.TrimEnd().Select(c => c == '\t' ? ' ' : c).Where(c => !char.IsControl(c)));
}
