using System.Runtime.CompilerServices;
using System.Text;
using Stash.Core.Api;
using Stash.Core.Hooks;

namespace Stash.Core.Tests.Hooks;

/// <summary>The tables: <c>cases.rendered.txt</c> with what a template becomes, <c>cases.refused.txt</c> with what is said of it.</summary>
public sealed class SummaryTemplateTests
{
    private static readonly HookSummary Summary = new()
    {
        Name = "db-1",
        Namespace = "app",
        Invoker = new InvokerReference { ApiGroup = StashApi.Group, Kind = BackupConfiguration.KindName, Name = "db" },
        Target = new TargetReference { ApiVersion = "apps/v1", Kind = "StatefulSet", Name = "db" },
        Phase = "Failed",
        Duration = "1m12s",
        Error = "disk \"full\" & more",
    };

    public static TheoryData<string, string> Rendered => Rows("cases.rendered.txt");

    public static TheoryData<string, string> Refused => Rows("cases.refused.txt");

    [Theory]
    [MemberData(nameof(Rendered))]
    public void Render_GivesTheText_WhenTheTemplateIsGood(string text, string expected)
    {
        SummaryTemplate.TryParse(text, out var template, out var fault).ShouldBeTrue(fault);

        template!.Render(Summary).ShouldBe(expected);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void TryParse_SaysWhatIsWrongAndWhere_WhenTheTemplateIsRefused(string text, string expected)
    {
        SummaryTemplate.TryParse(text, out _, out var fault).ShouldBeFalse();

        fault.ShouldBe(expected);
    }

    [Fact]
    public void TryParse_TellsTheLine_WhenTheTextHasSeveral()
    {
        SummaryTemplate.TryParse("{\n  \"phase\": {{ .Phase }}\n}", out _, out var fault).ShouldBeFalse();

        fault!.ShouldStartWith("line 2, column 15: there is no field .Phase");
    }

    /// <summary>Nothing that anybody writes ends the program: what is deeper than a person's goes no further.</summary>
    [Theory]
    [InlineData("(", "{{ ", ".Name", " }}")]
    [InlineData("{{ if true }}", "", "x", "")]
    public void TryParse_Refuses_WhenItIsNestedDeeperThanTheStack(string again, string before, string inside, string after)
    {
        var text = new StringBuilder(before).Insert(before.Length, again, 100_000).Append(inside).Append(after).ToString();

        SummaryTemplate.TryParse(text, out _, out var fault).ShouldBeFalse();

        fault!.ShouldEndWith("nested deeper than 50");
    }

    /// <summary>Any mixture of a template's pieces is either read and rendered or refused by a sentence.</summary>
    [Fact]
    public void TryParse_NeverThrows_WhateverThePiecesAre()
    {
        string[] pieces = ["{{", "}}", "{{- ", " -}}", ".Name", ".Status", "if ", "else", "end", "eq ", "printf ", "\"%s\"", "\"", "`", "|", "(", ")", "toJson ", "1", "%", "\\", "/*", "*/", " ", "\n", "x"];
        var random = new Random(42);
        var read = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)]));
            if (SummaryTemplate.TryParse(text, out var template, out var fault))
            {
                read++;
                template.Render(Summary).ShouldNotBeNull();
            }
            else
            {
                fault.ShouldStartWith("line ");
            }
        }

        read.ShouldBeGreaterThan(1000);
    }

    private static TheoryData<string, string> Rows(string file)
    {
        var rows = new TheoryData<string, string>();
        foreach (var line in File.ReadLines(Path.Combine(SourceFolder(), file)))
        {
            var bar = line.LastIndexOf(" | ", StringComparison.Ordinal);
            rows.Add(line[..bar], line[(bar + 3)..]);
        }

        return rows;
    }

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
