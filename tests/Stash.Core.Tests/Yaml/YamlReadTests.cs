using System.Text.Json.Nodes;
using Stash.Core.Yaml;

namespace Stash.Core.Tests.Yaml;

public sealed class YamlReadTests
{
    [Theory]
    [InlineData("yes", "true")]
    [InlineData("Off", "false")]
    [InlineData("y", "true")]
    [InlineData("True", "true")]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("Null", "null")]
    [InlineData("010", "8")]
    [InlineData("0o17", "15")]
    [InlineData("0x1F", "31")]
    [InlineData("-0b101", "-5")]
    [InlineData("1_000", "1000")]
    [InlineData("+12", "12")]
    [InlineData("09", "9")]
    [InlineData("1e3", "1000")]
    [InlineData(".5", "0.5")]
    [InlineData("1.", "1")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("190:20:30", "\"190:20:30\"")]
    [InlineData("2020-01-01", "\"2020-01-01\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("1e400", "\"1e400\"")]
    [InlineData("10Gi", "\"10Gi\"")]
    [InlineData("0 0 * * *", "\"0 0 * * *\"")]
    [InlineData("'yes'", "\"yes\"")]
    [InlineData("\"010\"", "\"010\"")]
    [InlineData("!!str 5", "\"5\"")]
    [InlineData("!!int '7'", "7")]
    [InlineData("!!binary aGVsbG8=", "\"hello\"")]
    [InlineData("! 5", "\"5\"")]
    [InlineData("|-\n  a\n  b", "\"a\\nb\"")]
    [InlineData(">-\n  a\n  b", "\"a b\"")]
    [InlineData("{a: 1, b: [x, y]}", "{\"a\":1,\"b\":[\"x\",true]}")]
    public void Read_GivesJsonsType_WhenTheScalarIsWrittenSo(string written, string expected) =>
        JsonNode.DeepEquals(YamlJson.Read($"v: {written}\n").Single()["v"], JsonNode.Parse(expected)).ShouldBeTrue(YamlJson.Read($"v: {written}\n").Single().ToJsonString());

    [Fact]
    public void Read_GivesEveryObject_WhenThereAreDocumentsListsAndEmptyOnes()
    {
        var objects = YamlJson.Read("""
            # only a comment
            ---
            kind: A
            ---
            ---
            apiVersion: v1
            kind: List
            items:
            - kind: B
            - kind: List
              items: [{kind: C}]
            ...
            ---
            {"kind": "D"}
            """);

        objects.Select(one => one["kind"]!.GetValue<string>()).ShouldBe(["A", "B", "C", "D"]);
        objects.ShouldAllBe(one => one.Parent == null);
    }

    [Fact]
    public void Read_TakesJson_WhenItHasEscapesThatYamlLacks()
    {
        var objects = YamlJson.Read("{\"a\":\"\\ud83d\\ude00\\/\",\n\t\"b\": 1}\n{\"a\": \"second\"}");

        objects[0]["a"]!.GetValue<string>().ShouldBe("\U0001f600/");
        objects[1]["a"]!.GetValue<string>().ShouldBe("second");
    }

    [Fact]
    public void Read_ResolvesAnchorsAndMergeKeys_WhenTheyAreUsed()
    {
        var read = YamlJson.Read("""
            base: &base {a: 1, b: 2}
            other: &other {b: 3, c: 4}
            one: {<<: *base, a: 9}
            two: {<<: [*base, *other]}
            same: *base
            quoted: {"<<": text}
            """).Single();

        read["one"]!.ToJsonString().ShouldBe("{\"a\":9,\"b\":2}");
        read["two"]!.ToJsonString().ShouldBe("{\"a\":1,\"b\":2,\"c\":4}");
        read["same"]!.ToJsonString().ShouldBe("{\"a\":1,\"b\":2}");
        read["quoted"]!.ToJsonString().ShouldBe("""{"\u003C\u003C":"text"}""");
    }

    [Theory]
    [InlineData("a: 1\nb: 2\na: 3\n", "line 3, column 1: key \"a\" is given twice in the same map")]
    [InlineData("{\"a\": 1, \"a\": 2}", "line 1, column 10: key \"a\" is given twice in the same map")]
    [InlineData("a: *nobody\n", "line 1, column 4: anchor nobody is not defined")]
    [InlineData("a: &x [*x]\n", "line 1, column 8: anchor x contains itself")]
    [InlineData("a: .nan\n", "line 1, column 4: .nan has no place in JSON")]
    [InlineData("- a\n- b\n", "line 1, column 1: a document must be an object with apiVersion and kind, not a list")]
    [InlineData("just words\n", "line 1, column 1: a document must be an object with apiVersion and kind, not a string")]
    [InlineData("a: 1\n b: 2\n", "line 2, column ")]
    [InlineData("a: [1, 2\n", "line ")]
    [InlineData("a: !!int x\n", "line 1, column 4: \"x\" is not of type !!int")]
    [InlineData("a: {<<: 5}\n", "line 1, column 9: << takes a map or a list of maps")]
    [InlineData("? [a]\n: b\n", "line 1, column 3: a key must be a string, a number or a boolean")]
    public void Read_SaysLineAndColumn_WhenTheTextIsWrong(string text, string sentence) =>
        Should.Throw<FormatException>(() => YamlJson.Read(text)).Message.ShouldStartWith(sentence);

    [Fact]
    public void Read_Refuses_WhenAliasesMultiply()
    {
        var bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
            + string.Concat(Enumerable.Range(1, 12).Select(i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));

        Should.Throw<FormatException>(() => YamlJson.Read(bomb)).Message.ShouldContain("aliases add more than");
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(100, false)]
    [InlineData(100_000, false)]
    public void Read_BoundsTheDepth_WhenListsNest(int depth, bool accepted)
    {
        var text = "a: " + new string('[', depth) + new string(']', depth);
        if (accepted)
        {
            YamlJson.Read(text).Count.ShouldBe(1);
        }
        else
        {
            Should.Throw<FormatException>(() => YamlJson.Read(text)).Message.ShouldContain("nested deeper");
        }
    }

    [Fact]
    public async Task Read_AgreesWithKubectl_WhenScalarsAreOfEveryKind()
    {
        const string text = """
            apiVersion: example.com/v1
            kind: Example
            metadata: {name: judge}
            list: [y, "no", 0x1F, 010, 0o10, 1_000, 1e3, .5, 1., 190:20:30, 2020-01-01, 0b101, +12, 12e03, 1e400,
              99999999999999999999, ~, Null, !!str 5, 1.0, 2020-01-01T00:00:00Z, =, 09, "<<", +9223372036854775808, 1__2, 0x, 0b2, -.5, +.5,
              1.e2, .e2, 0X1f, -0x10, 08.5, 1:2, tRue, nULL, on, OFF, No, n, N, 0_7, _7, +]
            keys: {1: a, yes: b, 1.5: c, 0x10: d, ~x: e, 2020-01-01: f}
            folded: >
              one
              two

              three
            literal: |+
              kept

            after: plain text
              over two lines
            """;

        var judged = await Kubectl.ReadAsync(text, TestContext.Current.CancellationToken);

        YamlJson.Read(text).Single().ShouldEqualJson(judged);
    }
}
