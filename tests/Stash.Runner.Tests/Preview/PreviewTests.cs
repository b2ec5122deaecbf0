using Stash.Runner.Tests.Golden;

namespace Stash.Runner.Tests.Preview;

public sealed class PreviewTests
{
    public static TheoryData<string> Cases => GoldenCase.In("Preview");

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Preview_SaysWhatIsExpected_WhenGivenTheCase(string name) =>
        GoldenCase.HoldsAsync("Preview", name, TestContext.Current.CancellationToken);
}
