using System.Text;
using Microsoft.Extensions.Logging;
using Stash.Core.Signals;
using Stash.Runner.Waking;

namespace Stash.Runner.Tests.Waking;

public sealed class SidecarOutputTests
{
    private static readonly string Long = new('x', 5000);

    /// <summary>Lines that are said, and what of them is told in the log.</summary>
    [Theory]
    [InlineData("one|two", "sidecar  db-0  one|sidecar  db-0  two")]
    [InlineData("||", "")]
    [InlineData("bell\u0007\u001b[31m", "sidecar  db-0  bell[31m")]
    [InlineData("LONG", "sidecar  db-0  CUT")]
    [InlineData("""{"message_type":"status","percent_done":0.25}""", "")]
    [InlineData("SUMMARY|done", "sidecar  db-0  done")]
    [InlineData("""{"message_type":"summary"}""", """sidecar  db-0  {"message_type":"summary"}|sidecar  db-0  its last line is JSON, and no summary of restic's: no statistics""")]
    [InlineData("""{"size":1}|  |""", """sidecar  db-0  {"size":1}|sidecar  db-0  its last line is JSON, and no summary of restic's: no statistics""")]
    [InlineData("""{"size":1}|done""", """sidecar  db-0  {"size":1}|sidecar  db-0  done""")]
    [InlineData("""{"files_new":"many"}""", """sidecar  db-0  {"files_new":"many"}|sidecar  db-0  its last line is JSON, and no summary of restic's: no statistics""")]
    public async Task OnLine_TellsText_ButNoFigures(string said, string told)
    {
        var log = new Lines();
        var output = new SidecarOutput("db-0", onProgress: null, TimeProvider.System, log);

        foreach (var line in said.Replace("LONG", Long, StringComparison.Ordinal).Replace("SUMMARY", CustomScene.Summary, StringComparison.Ordinal).Split('|'))
        {
            await output.OnLine(Encoding.UTF8.GetBytes(line));
        }

        output.End();
        log.Told.ShouldBe(told.Replace("CUT", Long[..1000], StringComparison.Ordinal).Split('|', StringSplitOptions.RemoveEmptyEntries));
        (output.Saved is not null).ShouldBe(said.StartsWith("SUMMARY", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OnLine_TellsHowFarResticIs()
    {
        var told = new List<Progress>();
        var output = new SidecarOutput("db-0", told.Add, TimeProvider.System, new Lines());

        await output.OnLine("""{"message_type":"status","seconds_elapsed":2,"percent_done":0.25,"total_files":8,"files_done":2}"""u8.ToArray());

        told.ShouldHaveSingleItem().ShouldBe(new Progress { PercentDone = 0.25, TotalFiles = 8, FilesDone = 2, SecondsElapsed = 2 });
    }

    [Fact]
    public async Task OnText_FloodsNoLog_AndKeepsTheLastWords()
    {
        var log = new Lines();
        var output = new SidecarOutput("db-0", onProgress: null, TimeProvider.System, log);

        for (var i = 1; i <= 5000; i++)
        {
            await output.OnText(Encoding.UTF8.GetBytes($"line {i}"));
        }

        log.Told.Count.ShouldBe(1001);
        log.Told[^1].ShouldBe("sidecar  db-0  says more than 1000 lines: the rest is left out");
        output.Words.ShouldEndWith("line 5000");
        output.Words.Length.ShouldBeLessThan(3000);
    }

    private sealed class Lines : ILogger
    {
        public List<string> Told { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Told.Add(formatter(state, exception));
    }
}
