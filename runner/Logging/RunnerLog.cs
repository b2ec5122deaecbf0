using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Stash.Runner.Logging;

/// <summary>
/// Sets up logging to standard output for a verb, in two lines: <c>Options.Add(RunnerLog.Format)</c> and
/// <c>using var logs = RunnerLog.Create(result.GetValue(RunnerLog.Format))</c>. Disposing writes what is still queued. Not for the
/// sidecar, whose memory it would double.
/// </summary>
internal static class RunnerLog
{
    /// <summary>Value of the option for people.</summary>
    public const string Text = "text";

    /// <summary>Value of the option for programs.</summary>
    public const string Json = "json";

    /// <summary>Makes the option <c>--log-format</c>.</summary>
    public static Option<string> FormatOption()
    {
        var option = new Option<string>("--log-format")
        {
            Description = "text: lines for people; json: one JSON object a line",
            DefaultValueFactory = _ => Text,
        };
        option.AcceptOnlyFromAmong(Text, Json);
        return option;
    }

    /// <summary>Makes the loggers.</summary>
    /// <param name="format"><see cref="Text"/> or <see cref="Json"/>.</param>
    public static ILoggerFactory Create(string? format) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(LogLevel.Information);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<ConsoleFormatter, PeopleFormatter>();
        builder.Services.AddSingleton<ConsoleFormatter, JsonLineFormatter>();
        builder.AddConsole(options => options.FormatterName = format == Json ? JsonLineFormatter.FormatterName : PeopleFormatter.FormatterName);
    });
}
