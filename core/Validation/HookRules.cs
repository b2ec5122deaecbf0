using Stash.Core.Api;
using Stash.Core.Cron;
using Stash.Core.Hooks;

namespace Stash.Core.Validation;

/// <summary><c>spec.hooks</c>: one handler each, that can be run.</summary>
internal static class HookRules
{
    public static void Check(
        BackupHooks? hooks, ConfigSurroundings surroundings, IReadOnlyDictionary<string, string> variables, Findings findings)
    {
        if (hooks is null)
        {
            return;
        }

        var field = FieldPath.Spec["hooks"];
        if (hooks.PreBackup is { } before)
        {
            CheckHook(before, field["preBackup"], surroundings, variables, findings);
            if (before.ExecutionPolicy is not null)
            {
                findings.Forbidden(field["preBackup"]["executionPolicy"], "may be set in postBackup only: preBackup runs always");
            }
        }

        if (hooks.PostBackup is { } after)
        {
            CheckHook(after, field["postBackup"], surroundings, variables, findings);
            if (after.ExecutionPolicy is { } policy && !HookPolicy.All.Contains(policy, StringComparer.Ordinal))
            {
                findings.NotSupported(field["postBackup"]["executionPolicy"], policy, [.. HookPolicy.All]);
            }
        }
    }

    /// <summary>What is wrong with one hook.</summary>
    public static void CheckHook(
        Hook hook, FieldPath field, ConfigSurroundings surroundings, IReadOnlyDictionary<string, string> variables, Findings findings)
    {
        CheckOneHandler(hook, field, findings);
        CheckTimeout(hook.Timeout, field["timeout"], findings);
        foreach (var (place, text) in HookTemplates.Texts(hook, field))
        {
            if (!SummaryTemplate.TryParse(text, out _, out var fault))
            {
                // Without the text, which may hold a password.
                findings.Add(new Fault(place.Text, FaultType.Invalid, $"is no template: {fault}"));
            }
        }

        if (hook.Exec is { } exec)
        {
            CheckCommand(exec.Command ?? [], field["exec"]["command"], findings);
        }

        HttpRules.CheckPost(hook.HttpPost, field["httpPost"], findings);
        HttpRules.CheckGet(hook.HttpGet, field["httpGet"], findings);
        if (hook.TcpSocket is { } socket)
        {
            HttpRules.CheckPort(socket["port"], field["tcpSocket"]["port"], findings);
        }

        if (hook.ContainerName is { } container && !NameRules.IsLabel(container))
        {
            findings.Invalid(field["containerName"], container, NameRules.LabelForm);
        }

        if (hook.Executor is { } executor)
        {
            FunctionRules.Check(executor, field["executor"], surroundings, variables, findings);
            if (hook.Exec is null)
            {
                findings.Required(field["exec"], "an executor runs the exec command in a container of its own");
            }

            if (hook.ContainerName is not null)
            {
                findings.Forbidden(field["containerName"], "may not be set together with executor, which brings its own container");
            }
        }
    }

    private static void CheckTimeout(string? text, FieldPath field, Findings findings)
    {
        if (text is null)
        {
            return;
        }

        if (!GoDuration.TryParse(text, out var value, out var fault))
        {
            findings.Invalid(field, text, $"must be a duration such as 90s or 5m: {fault}");
        }
        else if (value <= TimeSpan.Zero || value > HookTimeout.Longest)
        {
            findings.Invalid(field, text, "must be longer than 0s and at most 24h");
        }
    }

    private static void CheckOneHandler(Hook hook, FieldPath field, Findings findings)
    {
        (string Name, bool Set)[] handlers =
        [
            ("exec", hook.Exec is not null),
            ("httpGet", hook.HttpGet is not null),
            ("httpPost", hook.HttpPost is not null),
            ("tcpSocket", hook.TcpSocket is not null),
        ];
        var given = handlers.Where(handler => handler.Set).Select(handler => handler.Name).ToArray();
        if (given.Length == 0 && hook.Executor is null)
        {
            findings.Required(field, "set one of exec, httpGet, httpPost, tcpSocket");
        }

        foreach (var further in given.Skip(1))
        {
            findings.Forbidden(field[further], $"may not be set together with {given[0]}: a hook has one handler");
        }
    }

    private static void CheckCommand(IReadOnlyList<string> command, FieldPath field, Findings findings)
    {
        if (command.Count == 0)
        {
            findings.Required(field, "the program and its arguments");
        }
        else if (string.IsNullOrWhiteSpace(command[0]))
        {
            findings.Invalid(field[0], command[0], "must be a program: no shell runs it unless it is one");
        }
    }
}
