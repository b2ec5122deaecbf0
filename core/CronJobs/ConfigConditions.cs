using Stash.Core.Api;
using Stash.Core.Functions;
using Stash.Core.Validation;

namespace Stash.Core.CronJobs;

/// <summary>The conditions that sync writes into a config's status, and its phase. Others' conditions are left as they are.</summary>
public static class ConfigConditions
{
    /// <summary>Its CronJob stands as the spec asks for.</summary>
    public const string Ready = "Ready";

    /// <summary>The spec is right, but something it needs is missing or could not be applied.</summary>
    public const string NotReady = "NotReady";

    /// <summary>The spec is wrong.</summary>
    public const string InvalidPhase = "Invalid";

    private const string Passed = "ValidationPassed";
    private const string Repository = "RepositoryFound";
    private const string Created = "CronJobCreated";

    /// <summary>For a config with faults.</summary>
    public static (string Phase, IReadOnlyList<Condition> Conditions) Invalid(IReadOnlyList<Fault> faults) =>
        (InvalidPhase, [No(Passed, "InvalidSpec", string.Join("; ", faults.Select(fault => fault.ToString())))]);

    /// <summary>For a config whose Repository does not exist.</summary>
    public static (string Phase, IReadOnlyList<Condition> Conditions) WithoutRepository(string ns, string? name) => (NotReady,
    [
        Yes(Passed, "Valid", "the spec is valid"),
        No(Repository, "RepositoryNotFound", $"Repository {ns}/{name} does not exist; create it and sync goes on by itself"),
    ]);

    /// <summary>For a config that is right by itself, and names a Function that does not exist or that no container can be made of.</summary>
    public static (string Phase, IReadOnlyList<Condition> Conditions) WithoutFunction(IReadOnlyList<Fault> faults) => (NotReady,
    [
        No(Passed, FunctionFaults.Code(faults), string.Join("; ", faults.Select(fault => fault.ToString()))),
    ]);

    /// <summary>For a config whose objects stand.</summary>
    public static IReadOnlyList<Condition> AllGood(BackupConfiguration config, Repository repository)
    {
        var name = ObjectNames.CronJob(config.Kind, config.Metadata.Name ?? "");
        return
        [
            Yes(Passed, "Valid", "the spec is valid"),
            Yes(Repository, "RepositoryFound", $"Repository {repository.Metadata.Namespace}/{repository.Metadata.Name} exists"),
            Yes(Created, "CronJobApplied", (config.Spec.Paused, config.Spec.Schedule) switch
            {
                (true, _) => $"CronJob {name} is suspended: spec.paused is true",
                (_, null or "") => $"CronJob {name} is suspended: there is no spec.schedule; make Jobs from it on demand",
                _ => $"CronJob {name} starts the backups",
            }),
        ];
    }

    /// <summary>For a config whose objects could not be applied.</summary>
    public static (string Phase, IReadOnlyList<Condition> Conditions) NotApplied(IReadOnlyList<Condition> planned, string error) =>
        (NotReady, [.. planned.Where(condition => condition.Type != Created), No(Created, "ApplyFailed", error)]);

    private static Condition Yes(string type, string reason, string message) => new() { Type = type, Status = "True", Reason = reason, Message = message };

    private static Condition No(string type, string reason, string message) => new() { Type = type, Status = "False", Reason = reason, Message = message };
}
