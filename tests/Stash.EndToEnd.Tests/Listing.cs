using System.Globalization;
using System.Security.Cryptography;

namespace Stash.EndToEnd.Tests;

/// <summary>A folder as lines that can be compared: path, kind, mode, owner, time to the nanosecond, size, link target and content's hash.</summary>
internal static class Listing
{
    public static async Task<IReadOnlyList<string>> OfAsync(string folder, CancellationToken cancellationToken)
    {
        var found = await Programs.RunAsync(
            "find", [folder, "-mindepth", "1", "-printf", @"%P\t%y\t%#m\t%U:%G\t%T@\t%s\t%l\t%n\0"], new Dictionary<string, string>(), cancellationToken);
        var lines = new List<string>();
        foreach (var line in found.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split('\t');
            var hash = fields[1] == "f" ? await HashAsync(Path.Combine(folder, fields[0]), cancellationToken) : "";
            fields[5] = fields[1] == "d" ? "" : fields[5];
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{string.Join('\t', fields)}\t{hash}"));
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }
}
