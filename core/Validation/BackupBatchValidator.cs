using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Batches;

namespace Stash.Core.Validation;

/// <summary>Judges a BackupBatch; pure. Each member is judged as a BackupConfiguration of its own; what all share is told once.</summary>
public static class BackupBatchValidator
{
    /// <summary>Collects every fault and warning.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="surroundings">What exists around it.</param>
    /// <param name="workloads">The workloads that the members name, in their order; null where one was not looked up or does not exist yet.</param>
    public static ValidationResult Validate(BackupBatch batch, ConfigSurroundings surroundings, IReadOnlyList<JsonObject?>? workloads = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(surroundings);
        var findings = new Findings();
        var members = BatchMembers.Of(batch);
        CheckTogether(batch, members, surroundings, findings);
        RuntimeRules.CheckSettings(batch.Spec.RuntimeSettings, FieldPath.Spec["runtimeSettings"], findings);
        var shared = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(members.Count, MemberRules.Most); i++)
        {
            var workload = i < workloads?.Count ? workloads[i] : null;
            Add(BackupConfigurationValidator.Validate(members[i], surroundings with { Workload = workload }), i, shared, findings);
        }

        if (members.Count == 0)
        {
            // For what all members would share: the rest is about the one that is not there.
            var lone = BatchMembers.Whole(batch);
            var result = BackupConfigurationValidator.Validate(
                lone with { Spec = lone.Spec with { Hooks = null, RuntimeSettings = null } }, surroundings);
            Add(result with { Faults = [.. result.Faults.Where(fault => !MemberPath.IsOfMember(fault.Field))] }, 0, shared, findings);
        }

        return findings.ToResult();
    }

    /// <summary>Judges what concerns no member alone: what each is by itself is told of it when it is backed up.</summary>
    public static ValidationResult ValidateTogether(BackupBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var findings = new Findings();
        CheckTogether(batch, BatchMembers.Of(batch), new ConfigSurroundings(), findings);
        return findings.ToResult();
    }

    private static void CheckTogether(
        BackupBatch batch, IReadOnlyList<BackupConfiguration> members, ConfigSurroundings surroundings, Findings findings)
    {
        BatchHookRules.Check(batch, surroundings, findings);
        MemberRules.Check(members, findings);
        CheckOrder(batch.Spec.ExecutionOrder, findings);
    }

    private static void Add(ValidationResult result, int member, HashSet<string> shared, Findings findings)
    {
        foreach (var fault in result.Faults)
        {
            var moved = fault with { Field = MemberPath.Move(fault.Field, member), Detail = MemberPath.Move(fault.Detail, member) };
            if (MemberPath.IsOfMember(fault.Field) || shared.Add(fault.ToString()))
            {
                findings.Add(moved);
            }
        }

        foreach (var warning in result.Warnings)
        {
            findings.Warn(MemberPath.Move(warning, member));
        }
    }

    private static void CheckOrder(string? order, Findings findings)
    {
        if (order is not (null or ExecutionOrders.Parallel or ExecutionOrders.Sequential))
        {
            findings.NotSupported(FieldPath.Spec["executionOrder"], order, ExecutionOrders.Parallel, ExecutionOrders.Sequential);
        }
    }
}
