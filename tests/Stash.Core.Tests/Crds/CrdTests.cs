using System.Text.Json.Nodes;

namespace Stash.Core.Tests.Crds;

public sealed class CrdTests
{
    public static TheoryData<string> Plurals => CrdFile.Plurals;

    /// <summary>The records are where fields, types and descriptions come from. <c>STASH_UPDATE_GOLDENS=1</c> writes them into the manifest.</summary>
    [Theory]
    [MemberData(nameof(Plurals))]
    public void Manifest_HasTheRecordsFieldsTypesAndDocstrings_InEveryVersion(string plural)
    {
        var file = CrdFile.Of(plural);
        var refreshed = file.Refreshed();
        if (Environment.GetEnvironmentVariable("STASH_UPDATE_GOLDENS") == "1")
        {
            File.WriteAllText(file.Path, refreshed);
        }

        File.ReadAllText(file.Path).ShouldBe(refreshed, "run make goldens and read the diff");
    }
}
