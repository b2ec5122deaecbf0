using System.Text.Json;
using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Core.Functions;
using Stash.Core.Hooks;

namespace Stash.Core.Validation;

/// <summary><c>spec.hooks</c> of a batch: as a config's, but there is no pod that they could run in or ask.</summary>
internal static class BatchHookRules
{
    public static void Check(BackupBatch batch, ConfigSurroundings surroundings, Findings findings)
    {
        var whole = BatchMembers.Whole(batch);
        HookRules.Check(batch.Spec.Hooks, surroundings, Variables.Of(whole, Repository(whole, surroundings) ?? new Repository()).InSession(), findings);
        CheckPlace(batch.Spec.Hooks?.PreBackup, FieldPath.Spec["hooks"]["preBackup"], findings);
        CheckPlace(batch.Spec.Hooks?.PostBackup, FieldPath.Spec["hooks"]["postBackup"], findings);
    }

    /// <summary>What keeps a hook from running without a pod.</summary>
    public static void CheckPlace(Hook? hook, FieldPath field, Findings findings)
    {
        if (hook is null || hook.Executor is not null)
        {
            return;
        }

        if (hook.Exec is not null)
        {
            findings.Required(field["executor"], "a hook of the whole batch has no pod to run in: name the Function whose container runs exec");
        }

        var handler = hook switch
        {
            { HttpGet: not null } => "httpGet",
            { HttpPost: not null } => "httpPost",
            { TcpSocket: not null } => "tcpSocket",
            _ => null,
        };
        if (handler is null)
        {
            return;
        }

        if (HookPlace.Host(hook) is null)
        {
            findings.Required(field[handler]["host"], "a hook of the whole batch has no pod to ask: name the host, for example a Service");
        }

        if (HookPlace.Port(hook) is { } port && port.GetValueKind() == JsonValueKind.String)
        {
            findings.Invalid(field[handler]["port"], port.GetValue<string>(), "must be a number: a hook of the whole batch has no container that names ports");
        }
    }

    private static Repository? Repository(BackupConfiguration whole, ConfigSurroundings surroundings) => whole.Spec.Repositories is [{ } reference]
        ? surroundings.Repositories?.FirstOrDefault(one =>
            one.Metadata.Name == reference.Name && (one.Metadata.Namespace ?? "") == (reference.Namespace ?? whole.Metadata.Namespace ?? ""))
        : null;
}
