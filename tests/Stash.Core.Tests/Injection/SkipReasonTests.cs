using Stash.Core.Injection;

namespace Stash.Core.Tests.Injection;

public sealed class SkipReasonTests
{
    public static TheoryData<string> Codes() => [.. SkipReasons.All.Select(reason => reason.Code)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void For_StaysUnder120Characters_WhenNamesAreAsLongAsTheyMayBe(string code)
    {
        var reason = SkipReasons.All.Single(one => one.Code == code);
        var name = new string('n', 253);

        reason.For(name, name, name).Sentence.Length.ShouldBeLessThan(120);
    }

    [Fact]
    public void All_HasEveryCodeOnce() => SkipReasons.All.Select(reason => reason.Code).ShouldBeUnique();

    [Fact]
    public void For_KeepsNamesWhole_WhenTheyFit() =>
        SkipReasons.ConfigNotFound.For("db", "shop").Sentence.ShouldBe("no BackupConfiguration db in namespace shop: create it, then recreate the pod");
}
