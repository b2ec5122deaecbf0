namespace Stash.Docs.Tests;

/// <summary>A fenced block of a document.</summary>
/// <param name="Document">Path of the document in the repository.</param>
/// <param name="Line">Line of the opening fence.</param>
/// <param name="Language">What stands behind the fence.</param>
/// <param name="Lines">What stands between the fences.</param>
public sealed record DocumentBlock(string Document, int Line, string Language, IReadOnlyList<string> Lines)
{
    public override string ToString() => $"{Document}:{Line}";
}

/// <summary>Finds the fenced blocks of README.md and of every page under docs/.</summary>
public static class DocumentBlocks
{
    public static string Repository { get; } = FindRepository();

    public static IEnumerable<DocumentBlock> All()
    {
        var pages = Directory.EnumerateFiles(Path.Combine(Repository, "docs"), "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        return new[] { Path.Combine(Repository, "README.md") }.Concat(pages).SelectMany(Read);
    }

    private static IEnumerable<DocumentBlock> Read(string page)
    {
        var lines = File.ReadAllLines(page);
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                continue;
            }

            var start = i++;
            var body = new List<string>();
            for (; i < lines.Length && lines[i] != "```"; i++)
            {
                body.Add(lines[i]);
            }

            yield return new DocumentBlock(Path.GetRelativePath(Repository, page), start + 1, lines[start][3..].Trim(), body);
        }
    }

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Stash.Webhook.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("the tests run from inside the repository");
    }
}
