using System.Diagnostics;
using System.Globalization;

namespace Stash.EndToEnd.Tests;

/// <summary>This machine's processes, from <c>/proc</c>: those of a sandbox are among them.</summary>
internal static class Processes
{
    /// <summary>Processes of a name that descend from another.</summary>
    public static IReadOnlyList<int> Below(int ancestor, string name)
    {
        var all = new Dictionary<int, (string Name, int Parent)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) && Read(folder) is { } stat)
            {
                all[id] = stat;
            }
        }

        return [.. all.Where(p => p.Value.Name == name && Descends(p.Key, ancestor, all)).Select(p => p.Key)];
    }

    /// <summary><c>kill -9</c>; a process that is gone already is as good as killed.</summary>
    public static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
        }
    }

    private static bool Descends(int id, int ancestor, Dictionary<int, (string Name, int Parent)> all)
    {
        while (all.TryGetValue(id, out var process))
        {
            if (id == ancestor)
            {
                return true;
            }

            id = process.Parent;
        }

        return false;
    }

    private static (string Name, int Parent)? Read(string folder)
    {
        try
        {
            var stat = File.ReadAllText(Path.Combine(folder, "stat"));
            var (open, close) = (stat.IndexOf('('), stat.LastIndexOf(')'));
            return (stat[(open + 1)..close], int.Parse(stat[(close + 2)..].Split(' ')[1], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
