namespace Stash.Docs.Tests.Reference;

public sealed class ReferenceTests
{
    /// <summary>STASH_UPDATE_GOLDENS=1 (make goldens) writes the page anew.</summary>
    [Fact]
    public void ReferencePage_TellsWhatTheCodeAndTheCrdsTell()
    {
        var file = Path.Combine(DocumentBlocks.Repository, "docs", "reference.md");
        var page = ReferencePage.Write();
        if (Environment.GetEnvironmentVariable("STASH_UPDATE_GOLDENS") == "1")
        {
            File.WriteAllText(file, page);
        }

        File.ReadAllText(file).ShouldBe(page, "docs/reference.md is not what the code says: make goldens");
    }
}
