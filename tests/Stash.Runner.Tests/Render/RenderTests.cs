using Stash.Runner.Tests.Golden;

namespace Stash.Runner.Tests.Render;

public sealed class RenderTests
{
    public static TheoryData<string> Cases => GoldenCase.In("Render");

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Render_SaysWhatIsExpected_WhenGivenTheCase(string name) =>
        GoldenCase.HoldsAsync("Render", name, TestContext.Current.CancellationToken);
}
