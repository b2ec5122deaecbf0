using System.Text.Json.Nodes;

namespace Stash.EndToEnd.Tests.Hooks;

/// <summary>A moment of a session at which its runner is killed.</summary>
/// <param name="Name">As the table names it.</param>
/// <param name="Comes">Whether a status that the runner has just written is that of the moment; null where the moment is within a step.</param>
/// <param name="Within">What runs at the moment; null where it is between two steps.</param>
/// <param name="LeadsTo">What a kill at the moment leads to, for people.</param>
internal sealed record KillStep(string Name, Func<JsonNode, bool>? Comes, string? Within, string LeadsTo)
{
    private const string Pre = "PreBackupHookExecutionSucceeded";
    private const string Post = "PostBackupHookExecutionSucceeded";

    /// <summary>Every step of a session with both hooks, in order.</summary>
    public static readonly IReadOnlyList<KillStep> All =
    [
        new("when the session has begun", status => Phase(status) == "Running" && status["targets"] is null, null, "the next attempt finds the session by its Job and goes on"),
        new("before preBackup", status => Host(status) == "Running" && Condition(status, Pre) is null, null, "the next attempt runs preBackup"),
        new("as preBackup is about to run", status => Condition(status, Pre) == "Unknown", null, "the next attempt runs preBackup"),
        new("during preBackup", null, "lock", "the next attempt runs preBackup again: it was cut off"),
        new("after preBackup", status => Condition(status, Pre) == "True" && Condition(status, Post) is null && Host(status) == "Running", null, "the next attempt does not run preBackup again, and backs up"),
        new("during the backup", null, "restic", "the sidecar works on; the next attempt attaches to it"),
        new("after the backup", status => Host(status) == "Succeeded" && Condition(status, Post) is null, null, "the next attempt runs postBackup"),
        new("as postBackup is about to run", status => Condition(status, Post) == "Unknown", null, "the next attempt runs postBackup"),
        new("during postBackup", null, "unlock", "the next attempt runs postBackup again: it was cut off"),
        new("after postBackup, before retention", status => Condition(status, Post) == "True" && Retention(status) is null, null, "the next attempt does not run postBackup again, and applies retention"),
        new("after retention", status => Retention(status) is not null && Phase(status) == "Running", null, "the next attempt ends the session"),
        new("when the session has ended", status => Phase(status) == "Succeeded", null, "the next attempt writes the Events and trims the history"),
    ];

    private static string? Phase(JsonNode status) => (string?)status["phase"];

    private static string? Host(JsonNode status) => (string?)status["targets"]?[0]?["stats"]?[0]?["phase"];

    private static string? Condition(JsonNode status, string type) => Of(status["targets"]?[0]?["conditions"], type);

    private static string? Retention(JsonNode status) => Of(status["conditions"], "RetentionPolicyApplied");

    private static string? Of(JsonNode? conditions, string type) =>
        (string?)(conditions as JsonArray)?.FirstOrDefault(c => (string?)c!["type"] == type)?["status"];
}
