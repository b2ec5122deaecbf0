using System.Text.Json.Nodes;

namespace Stash.Webhook.Wire;

/// <summary>The answer to a review, and how it is counted.</summary>
internal sealed record AdmissionReply
{
    private AdmissionReply(string outcome, string reason, IReadOnlyList<string> warnings) =>
        (Outcome, Reason, Warnings) = (outcome, reason, warnings);

    /// <summary><c>allowed</c>, <c>patched</c>, <c>skipped</c> or <c>denied</c>.</summary>
    public string Outcome { get; }

    /// <summary>A stable code; empty where the outcome says it all.</summary>
    public string Reason { get; }

    /// <summary>For the user.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>JSON Patch; with patched only.</summary>
    public JsonArray? Patch { get; private init; }

    /// <summary>meta/v1 Status; with denied only.</summary>
    public JsonObject? Status { get; private init; }

    public static AdmissionReply Allowed(string reason = "", IReadOnlyList<string>? warnings = null) => new("allowed", reason, warnings ?? []);

    public static AdmissionReply Skipped(string reason, IReadOnlyList<string> warnings) => new("skipped", reason, warnings);

    public static AdmissionReply Patched(JsonArray patch, IReadOnlyList<string> warnings) => new("patched", "", warnings) { Patch = patch };

    public static AdmissionReply Denied(string reason, JsonObject status, IReadOnlyList<string> warnings) =>
        new("denied", reason, warnings) { Status = status };
}
