using Stash.Runner.Tests.Golden;

namespace Stash.Runner.Tests.Validate;

public sealed class ValidateTests
{
    public static TheoryData<string> Cases => GoldenCase.In("Validate");

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Validate_SaysWhatIsExpected_WhenGivenTheCase(string name) =>
        GoldenCase.HoldsAsync("Validate", name, TestContext.Current.CancellationToken);
}
