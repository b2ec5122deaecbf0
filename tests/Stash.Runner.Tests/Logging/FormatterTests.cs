using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Stash.Runner.Logging;

namespace Stash.Runner.Tests.Logging;

public sealed class FormatterTests
{
    [Fact]
    public void Write_DrawsTheBar_WhenPeopleRead()
    {
        var log = new Lines(new PeopleFormatter(new Noon()));

        log.BackupProgress("host-0", "[####....]", 50, "1.0 MiB", "2.0 MiB", 412, "", 1 << 20, 2 << 20);
        log.BackupFailed("host-0", "WrongPassword: no");

        log.Text.ShouldBe("12:03:04 backup   host-0  [####....] 50%  1.0 MiB of 2.0 MiB  412 files\n12:03:04 error: backup   host-0  WrongPassword: no\n");
    }

    [Fact]
    public void Write_GivesOneObjectALine_WhenProgramsRead()
    {
        var log = new Lines(new JsonLineFormatter(new Noon()));

        log.BackupProgress("host-0", "[####....]", 50, "1.0 MiB", "2.0 MiB", 412, "2 s left", 1 << 20, 2 << 20);
        log.Fault(new InvalidOperationException("a\nb"));

        var lines = log.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        lines.Count.ShouldBe(2);
        lines[0].GetProperty("time").GetString().ShouldBe("2026-01-01T12:03:04Z");
        lines[0].GetProperty("level").GetString().ShouldBe("info");
        lines[0].GetProperty("event").GetString().ShouldBe("BackupProgress");
        lines[0].GetProperty("percent").GetInt32().ShouldBe(50);
        lines[0].GetProperty("bytesTotal").GetInt64().ShouldBe(2 << 20);
        lines[0].TryGetProperty("bar", out _).ShouldBeFalse();
        lines[1].GetProperty("level").GetString().ShouldBe("error");
        lines[1].GetProperty("exception").GetString()!.ShouldContain("a\nb");
    }

    private sealed class Noon : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 1, 12, 3, 4, TimeSpan.Zero);
    }

    private sealed class Lines(ConsoleFormatter formatter) : ILogger
    {
        private readonly StringWriter _text = new() { NewLine = "\n" };

        public string Text => _text.ToString();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter1) =>
            formatter.Write(new LogEntry<TState>(logLevel, "run", eventId, state, exception, formatter1), null, _text);
    }
}
