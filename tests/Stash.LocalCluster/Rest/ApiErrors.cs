using System.Net;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;

namespace Stash.LocalCluster.Rest;

/// <summary>Refusals in the words of the API server: each carries its meta/v1 Status.</summary>
internal static class ApiErrors
{
    /// <summary>404 for an object.</summary>
    public static KubernetesException NotFound(string group, string plural, string name) =>
        Make(404, "NotFound", $"{Qualified(plural, group)} \"{name}\" not found", group, plural, name);

    /// <summary>404 for a path that leads nowhere.</summary>
    public static KubernetesException NoSuchPath() => Make(404, "NotFound", "the server could not find the requested resource");

    /// <summary>409 on create.</summary>
    public static KubernetesException AlreadyExists(string group, string plural, string name) =>
        Make(409, "AlreadyExists", $"{Qualified(plural, group)} \"{name}\" already exists", group, plural, name);

    /// <summary>409 on a stale resourceVersion.</summary>
    public static KubernetesException Stale(string group, string plural, string name) => Conflict(
        group, plural, name, "the object has been modified; please apply your changes to the latest version and try again");

    /// <summary>409 with a reason of its own.</summary>
    public static KubernetesException Conflict(string group, string plural, string name, string why) =>
        Make(409, "Conflict", $"Operation cannot be fulfilled on {Qualified(plural, group)} \"{name}\": {why}", group, plural, name);

    /// <summary>422 with all faults as causes.</summary>
    public static KubernetesException Invalid(string group, string kind, string name, IReadOnlyList<FieldFault> faults)
    {
        var text = faults.Count == 1 ? faults[0].ToString() : "[" + string.Join(", ", faults) + "]";
        var causes = new JsonArray([.. faults.Select(f =>
            (JsonNode)new JsonObject { ["reason"] = f.Reason, ["message"] = f.Message, ["field"] = f.Field })]);
        return Make(422, "Invalid", $"{Qualified(kind, group)} \"{name}\" is invalid: {text}", group, kind, name, causes);
    }

    /// <summary>400.</summary>
    public static KubernetesException BadRequest(string message) => Make(400, "BadRequest", message);

    /// <summary>401.</summary>
    public static KubernetesException Unauthorized() => Make(401, "Unauthorized", "Unauthorized");

    /// <summary>403.</summary>
    public static KubernetesException Forbidden(string group, string plural, string name, string why) =>
        Make(403, "Forbidden", $"{Qualified(plural, group)} \"{name}\" is forbidden: {why}", group, plural, name);

    /// <summary>405.</summary>
    public static KubernetesException MethodNotAllowed() =>
        Make(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");

    /// <summary>410: the history that was asked for is gone.</summary>
    public static KubernetesException Expired(string message) => Make(410, "Expired", message);

    /// <summary>415.</summary>
    public static KubernetesException UnsupportedMediaType(string message) => Make(415, "UnsupportedMediaType", message);

    /// <summary>500.</summary>
    public static KubernetesException InternalError(string message) => Make(500, "InternalError", "Internal error occurred: " + message);

    /// <summary>501: what this double does not do.</summary>
    public static KubernetesException NotImplemented(string what) => Make(501, "NotImplemented", $"the local cluster does not do this: {what}");

    /// <summary>A refusal with everything given.</summary>
    public static KubernetesException Make(
        int code, string reason, string message, string group = "", string kind = "", string name = "", JsonArray? causes = null)
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = message,
            ["reason"] = reason,
            ["code"] = code,
        };
        var details = new JsonObject();
        Put(details, "name", name);
        Put(details, "group", group);
        Put(details, "kind", kind);
        if (causes is not null)
        {
            details["causes"] = causes;
        }

        if (details.Count > 0)
        {
            status["details"] = details;
        }

        return new KubernetesException((HttpStatusCode)code, message, reason, status);
    }

    private static void Put(JsonObject details, string name, string value)
    {
        if (value.Length > 0)
        {
            details[name] = value;
        }
    }

    private static string Qualified(string what, string group) => group.Length == 0 ? what : $"{what}.{group}";
}

/// <summary>One fault of an object, as field.Error is.</summary>
/// <param name="Field">Path, <c>spec.template.spec.containers[0].name</c>.</param>
/// <param name="Reason">FieldValueRequired, FieldValueInvalid and the like.</param>
/// <param name="Message">What the cause says: <c>Required value: must not be empty</c>.</param>
internal sealed record FieldFault(string Field, string Reason, string Message)
{
    /// <summary>A required field is missing.</summary>
    public static FieldFault Required(string field, string detail = "") =>
        new(field, "FieldValueRequired", detail.Length == 0 ? "Required value" : $"Required value: {detail}");

    /// <summary>A value does not do.</summary>
    public static FieldFault Invalid(string field, JsonNode? value, string detail) =>
        new(field, "FieldValueInvalid", $"Invalid value: {Shown(value)}: {detail}");

    /// <summary>A value is none of the few.</summary>
    public static FieldFault NotSupported(string field, JsonNode? value, IEnumerable<string> supported) =>
        new(field, "FieldValueNotSupported", $"Unsupported value: {Shown(value)}: supported values: {string.Join(", ", supported)}");

    /// <summary>A name stands twice.</summary>
    public static FieldFault Duplicate(string field, JsonNode? value) => new(field, "FieldValueDuplicate", $"Duplicate value: {Shown(value)}");

    /// <summary>A field may not be set or changed.</summary>
    public static FieldFault Forbidden(string field, string detail) => new(field, "FieldValueForbidden", $"Forbidden: {detail}");

    /// <summary>A name leads nowhere.</summary>
    public static FieldFault NotFound(string field, JsonNode? value) => new(field, "FieldValueNotFound", $"Not found: {Shown(value)}");

    /// <inheritdoc/>
    public override string ToString() => $"{Field}: {Message}";

    private static string Shown(JsonNode? value) => value?.ToJsonString() ?? "null";
}
