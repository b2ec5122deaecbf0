using System.CommandLine;
using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Restic;
using Stash.Core.Signals;
using Stash.Core.Tasks;
using Stash.Runner.Logging;

namespace Stash.Runner.Perform;

/// <summary>What runs in the container of a Task's Job: no access to the API; the repository's Secret as files, the session's order in the environment.</summary>
internal static class PerformCommand
{
    private const string Restore = "restore";

    private static readonly Option<string?> Repository = Text("--repository", "the restic repository; default: the session's");
    private static readonly Option<string?> Session = Text("--session", "name of the BackupSession; default: the session's");
    private static readonly Option<string?> Host = Text("--host", "restic's host name; default: the session's");
    private static readonly Option<string?> Tags = Text("--tag", "tags, separated by commas; a backup gets that of its session besides; default: the session's");
    private static readonly Option<string?> Paths = Text("--paths", "absolute paths, separated by commas; default: the session's");
    private static readonly Option<string?> Mount = Text("--mount", "the path that is backed up where no paths are named");
    private static readonly Option<string?> Exclude = Text("--exclude", "patterns, separated by commas; default: the session's");
    private static readonly Option<string?> Include = Text("--include", "patterns of what is restored, separated by commas; default: all");
    private static readonly Option<string?> Args = Text("--args", "more arguments for restic backup, separated by commas; default: the session's");
    private static readonly Option<string?> EnableCache = Text("--enable-cache", "false runs restic without its cache");
    private static readonly Option<string?> Snapshot = Text("--snapshot", "id of the snapshot; default: the latest of host and tags");
    private static readonly Option<string?> Target = Text("--target", "folder that is restored into; default: /, so that everything goes where it was");
    private static readonly Option<string?> FileName = Text("--file", "name of the file in the snapshot that a command writes or reads");
    private static readonly Option<string> SecretPath = new("--secret") { Description = "folder with the files of the repository's Secret", DefaultValueFactory = _ => SidecarNames.SecretPath };
    private static readonly Option<string> MessagePath = new("--termination-message") { Description = "file that gets the result", DefaultValueFactory = _ => TerminationMessage.DefaultPath };
    private static readonly Argument<string[]> Piped = new("command") { Description = "the command and its arguments, after --; no shell runs it unless it is one", Arity = ArgumentArity.ZeroOrMore };

    public static Command Create()
    {
        var command = new Command("perform", "Works on a repository in the container of a Task's Job; the result goes to the termination message.")
        {
            Verb(SignalVerb.Backup, "Backs folders up.", [Host, Tags, Paths, Mount, Exclude, Args, EnableCache], BackUp),
            Verb("dump", "Backs the standard output of a command up as one file; saves nothing when the command fails.", [Host, Tags, FileName, Args, EnableCache, Piped], Dump),
            Verb(Restore, "Restores folders, or with --file one file into the standard input of a command.", [Host, Tags, Snapshot, Target, Include, Exclude, FileName, EnableCache, Piped], RestoreAsync),
            Verb(SignalVerb.Forget, "Applies the retention policy that the session orders.", [], Simple),
            Verb(SignalVerb.Stats, "Tells size and number of snapshots.", [], Simple),
        };
        return command;
    }

    private delegate Task<SignalResult> Operation(ParseResult arguments, SignalRequest request, RepositoryOperations operations, ILogger log, Func<SignalLine, ValueTask> report, CancellationToken cancellationToken);

    private static Command Verb(string name, string description, IReadOnlyList<Symbol> symbols, Operation operation)
    {
        var format = RunnerLog.FormatOption();
        var command = new Command(name, description) { Repository, Session, SecretPath, MessagePath, format };
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
            else if (symbol is Option option)
            {
                command.Options.Add(option);
            }
        }

        command.SetAction(async (arguments, cancellationToken) =>
        {
            using var logs = RunnerLog.Create(arguments.GetValue(format));
            var log = logs.CreateLogger("perform");
            var verb = name == "dump" ? SignalVerb.Backup : name;
            if (!PerformOrder.TryMake(verb, Environment.GetEnvironmentVariable(TaskNames.OrderVariable), OptionsOf(arguments, symbols), out var request, out var fault))
            {
                log.PerformFailed(name, Outcome.InvalidRequest, fault);
                return ExitCodes.Refused;
            }

            var run = new PerformRun(PerformRun.Surroundings(arguments.GetValue(SecretPath)!), arguments.GetValue(MessagePath)!, TimeProvider.System, log);
            return await run.RunAsync(request, (operations, report) => operation(arguments, request, operations, log, report, cancellationToken));
        });
        return command;
    }

    private static Task<SignalResult> BackUp(
        ParseResult arguments, SignalRequest request, RepositoryOperations operations, ILogger log, Func<SignalLine, ValueTask> report, CancellationToken cancellationToken) =>
        operations.RunAsync(request, report, cancellationToken);

    private static Task<SignalResult> Simple(
        ParseResult arguments, SignalRequest request, RepositoryOperations operations, ILogger log, Func<SignalLine, ValueTask> report, CancellationToken cancellationToken) =>
        operations.RunAsync(request, report, cancellationToken);

    private static async Task<SignalResult> Dump(
        ParseResult arguments, SignalRequest request, RepositoryOperations operations, ILogger log, Func<SignalLine, ValueTask> report, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(Piped) is not { Length: > 0 } words)
        {
            return Invalid(request, "the command whose output is backed up is missing: perform dump --file NAME -- COMMAND ARGUMENTS");
        }

        using var command = new PipedCommand(words, KnownSecrets.Scrubber(Environment.GetEnvironmentVariables()), log);
        return await operations.BackUpStreamAsync(request, arguments.GetValue(FileName) ?? "", command, report, cancellationToken);
    }

    private static async Task<SignalResult> RestoreAsync(
        ParseResult arguments, SignalRequest request, RepositoryOperations operations, ILogger log, Func<SignalLine, ValueTask> report, CancellationToken cancellationToken)
    {
        var (file, words) = (arguments.GetValue(FileName), arguments.GetValue(Piped) ?? []);
        if (string.IsNullOrEmpty(file) != (words.Length == 0))
        {
            return Invalid(request, "--file and a command belong together: perform restore --file NAME -- COMMAND ARGUMENTS");
        }

        var options = new RestoreOptions
        {
            Snapshot = arguments.GetValue(Snapshot) is { Length: > 0 } snapshot ? snapshot : "latest",
            Target = arguments.GetValue(Target) is { Length: > 0 } target ? target : "/",
            Host = arguments.GetValue(Host) is { Length: > 0 } host ? host : null,
            Tags = PerformOrder.List(arguments.GetValue(Tags)) ?? [],
            Include = PerformOrder.List(arguments.GetValue(Include)) ?? [],
            Exclude = PerformOrder.List(arguments.GetValue(Exclude)) ?? [],
        };
        if (words.Length == 0)
        {
            return await operations.RestoreAsync(request, options, report, cancellationToken);
        }

        using var command = new PipedCommand(words, KnownSecrets.Scrubber(Environment.GetEnvironmentVariables()), log);
        return await operations.RestoreStreamAsync(request, options, $"/{file!.TrimStart('/')}", command, report, cancellationToken);
    }

    private static PerformOptions OptionsOf(ParseResult arguments, IReadOnlyList<Symbol> symbols)
    {
        string? Value(Option<string?> option) => symbols.Contains(option) ? arguments.GetValue(option) : null;
        return new PerformOptions
        {
            Repository = arguments.GetValue(Repository),
            Session = arguments.GetValue(Session),
            Host = Value(Host),
            Tags = Value(Tags),
            Paths = Value(Paths),
            Mount = Value(Mount),
            Exclude = Value(Exclude),
            Args = Value(Args),
            EnableCache = Value(EnableCache),
        };
    }

    private static SignalResult Invalid(SignalRequest request, string message) => new()
    {
        Session = request.Session, Verb = request.Verb, Outcome = Outcome.InvalidRequest, Message = message,
    };

    /// <summary>A variable of a Function may be set to nothing: <c>--paths=</c>.</summary>
    private static Option<string?> Text(string name, string description) => new(name) { Description = description, Arity = ArgumentArity.ZeroOrOne };
}
