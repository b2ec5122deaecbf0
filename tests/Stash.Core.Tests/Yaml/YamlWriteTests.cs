using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Stash.Core.Yaml;

namespace Stash.Core.Tests.Yaml;

public sealed class YamlWriteTests
{
    private static readonly string[] Tricky =
    [
        "yes", "no", "y", "null", "~", "", " ", "010", "0x1F", "1e3", "1_0", ".5", ".inf", "190:20:30", "2020-01-01", "-", "--", "---", "---x", "...", "?", ":", "a: b",
        "a:", ":a", "a #b", "#a", "*a", "&a", "!a", "|", ">", "%a", "@a", "`a", "'", "\"", "it's", "\\", "\t", "a\tb", "\n", "a\n", "a\n\n", "\na", " a\nb", "a\n b",
        "a\nb", "a\n\nb", "a \nb", "a\n \nb", "a\r\nb", "\u0000", "\u0085", "\u2028", "\ufeff", "\u00e9", "\U0001f600", "{}", "[]", "{a", "a,b", "- a", "? a", "=", "<<",
        "-c", "/bin/sh", "10Gi", "0 0 * * *", "*/5 * * * *", "1.2.3", "true ", "tRue", "+", "++1", "\u007f", "a\n#b", "a\n---\nb", "a\n...\nb",
    ];

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Elements(Tricky),
        Gen.Elements([.. " \n\t:-#'\"ab01{}[],&*!|>%@~.\\é"]).ListOf().Select(letters => new string([.. letters])),
        ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => WithoutLoneSurrogates(text.Get)));

    [Fact]
    public void Write_IsReadBackTheSame_WhateverTheStrings() =>
        Prop.ForAll(Arb.From(Nodes(4)), node =>
        {
            var document = new JsonObject { ["root"] = node?.DeepClone() };
            var written = YamlJson.Write(document);
            return JsonNode.DeepEquals(YamlJson.Read(written).Single(), document).Label(written);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Theory]
    [MemberData(nameof(TrickyRows))]
    public void Write_IsReadBackTheSame_WhenTheStringIsTricky(int row)
    {
        var document = new JsonObject
        {
            [Tricky[row]] = Tricky[row],
            ["list"] = new JsonArray(Tricky[row], new JsonArray(Tricky[row]), new JsonObject { ["inner"] = Tricky[row], [Tricky[row] + "x"] = 1 }),
            ["after"] = "x",
        };

        var written = YamlJson.Write(document);
        Should.NotThrow(() => YamlJson.Read(written), written).Single().ShouldEqualJson(document);
    }

    public static TheoryData<int> TrickyRows => [.. Enumerable.Range(0, Tricky.Length)];

    [Fact]
    public async Task Write_IsReadTheSameByKubectl_WhenTheStringsAreTricky()
    {
        var document = new JsonObject
        {
            ["apiVersion"] = "example.com/v1",
            ["kind"] = "Example",
            ["metadata"] = new JsonObject { ["name"] = "judge" },
            ["list"] = new JsonArray([.. Tricky.Select(text => (JsonNode)text)]),
            ["map"] = new JsonObject(Tricky.Select((text, i) => KeyValuePair.Create(text + i, (JsonNode?)text))),
            ["numbers"] = new JsonArray(1, -1, 1.5, 1e20, long.MaxValue, 1e-9),
        };

        var judged = await Kubectl.ReadAsync(YamlJson.Write(document), TestContext.Current.CancellationToken);

        judged.ShouldEqualJson(document);
    }

    [Fact]
    public void Write_LooksLikeKubectls_WhenAnObjectIsOrdinary()
    {
        var document = JsonNode.Parse("""
            {"kind":"Pod","metadata":{"name":"db","labels":{},"annotations":{"a":"true"}},"spec":{"containers":[{"name":"app","command":["/bin/sh","-c","set -e\nexec db\n"],
            "ports":[{"containerPort":5432}],"env":[]}],"nested":[[1,2],[]],"none":null,"x":"it's: so"}}
            """)!;

        YamlJson.Write(document).ShouldBe("""
            kind: Pod
            metadata:
              name: db
              labels: {}
              annotations:
                a: "true"
            spec:
              containers:
              - name: app
                command:
                - /bin/sh
                - -c
                - |
                  set -e
                  exec db
                ports:
                - containerPort: 5432
                env: []
              nested:
              - - 1
                - 2
              - []
              none: null
              x: 'it''s: so'

            """.ReplaceLineEndings("\n"));
    }

    private static Gen<JsonNode?> Nodes(int depth)
    {
        var leaf = Gen.OneOf(
            Text.Select(text => (JsonNode?)JsonValue.Create(text)),
            ArbMap.Default.GeneratorFor<long>().Select(number => (JsonNode?)JsonValue.Create(number)),
            ArbMap.Default.GeneratorFor<bool>().Select(flag => (JsonNode?)JsonValue.Create(flag)),
            Gen.Constant((JsonNode?)null));
        if (depth == 0)
        {
            return leaf;
        }

        var inner = Nodes(depth - 1);
        var list = inner.ListOf().Select(items => (JsonNode?)new JsonArray([.. items.Take(5).Select(item => item?.DeepClone())]));
        var entry = Text.SelectMany(key => inner.Select(value => KeyValuePair.Create(key, value)));
        var map = entry.ListOf().Select(entries => (JsonNode?)new JsonObject(
            entries.Take(5).DistinctBy(one => one.Key).Select(one => KeyValuePair.Create(one.Key, one.Value?.DeepClone()))));
        return Gen.OneOf(leaf, list, map);
    }

    private static string WithoutLoneSurrogates(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.ToString()));
}
