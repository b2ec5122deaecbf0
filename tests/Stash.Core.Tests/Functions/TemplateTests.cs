using Stash.Core.Functions;

namespace Stash.Core.Tests.Functions;

public sealed class TemplateTests
{
    private static readonly Dictionary<string, string> Values = new() { ["A"] = "one", ["EMPTY"] = "", ["b_2"] = "two", ["DOLLAR"] = "${A}" };

    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("${A}", "one")]
    [InlineData("x${A}y${b_2}z", "xoneytwoz")]
    [InlineData("${A:=d}${A=d}${A:-d}", "oneoneone")]
    [InlineData("${NONE:=d}|${NONE=d}|${NONE:-d}", "d|d|d")]
    [InlineData("${NONE:=}|${NONE:-}", "|")]
    [InlineData("[${EMPTY}${EMPTY:=d}]", "[]")]
    [InlineData("${NONE:=${A}-${ALSO:-${b_2}}}", "one-two")]
    [InlineData("${NONE:=a=b:-c}", "a=b:-c")]
    [InlineData("${DOLLAR}", "${A}")]
    [InlineData("$${A}", "${A}")]
    [InlineData("$$$${A}", "$${A}")]
    [InlineData("$$${A}", "$one")]
    [InlineData("echo $A $1 $(A) $$ 5$", "echo $A $1 $(A) $ 5$")]
    [InlineData("a } b { c", "a } b { c")]
    public void TryExpand_PutsValuesIn_WhereTheyAreNamed(string text, string expected)
    {
        Template.TryExpand(text, Values, out var expanded, out var fault).ShouldBeTrue(fault?.Message);

        expanded.ShouldBe(expected);
    }

    [Theory]
    [InlineData("a ${NONE} ${ALSO}", "NONE")]
    [InlineData("${NONE:=${ALSO}}", "ALSO")]
    [InlineData("${A:+d}", null)]
    [InlineData("${A?}", null)]
    [InlineData("${A", null)]
    [InlineData("${}", null)]
    [InlineData("${2A}", null)]
    [InlineData("${A B}", null)]
    [InlineData("${#A}", null)]
    public void TryExpand_NamesWhatIsWrong_WhenAVariableHasNoValueOrNoForm(string text, string? variable)
    {
        Template.TryExpand(text, Values, out var expanded, out var fault).ShouldBeFalse();

        expanded.ShouldBeNull();
        fault!.Variable.ShouldBe(variable);
        fault.Message.ShouldContain(variable is null ? "${NAME" : $"variable {variable} has no value");
    }
}
