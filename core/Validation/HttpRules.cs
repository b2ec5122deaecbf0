using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.Validation;

/// <summary>The HTTP and TCP handlers of a hook.</summary>
internal static class HttpRules
{
    public static void CheckPost(HttpPostAction? post, FieldPath field, Findings findings)
    {
        if (post is null)
        {
            return;
        }

        CheckPort(post.Port, field["port"], findings);
        CheckScheme(post.Scheme, field["scheme"], findings);
        CheckPath(post.Path, field["path"], findings);
        if (post.Body is not null && post.Form is { Count: > 0 })
        {
            findings.Forbidden(field["form"], "may not be set together with body");
        }

        for (var i = 0; i < (post.HttpHeaders?.Count ?? 0); i++)
        {
            if (string.IsNullOrWhiteSpace(post.HttpHeaders![i].Name))
            {
                findings.Required(field["httpHeaders"][i]["name"]);
            }
        }

        for (var i = 0; i < (post.Form?.Count ?? 0); i++)
        {
            if (string.IsNullOrEmpty(post.Form![i].Key))
            {
                findings.Required(field["form"][i]["key"]);
            }
        }
    }

    public static void CheckGet(JsonObject? get, FieldPath field, Findings findings)
    {
        if (get is null)
        {
            return;
        }

        CheckPort(get["port"], field["port"], findings);
        CheckScheme(Text(get["scheme"]), field["scheme"], findings);
        CheckPath(Text(get["path"]), field["path"], findings);
    }

    /// <summary>A number from 1 to 65535, or the name of a container's port.</summary>
    public static void CheckPort(JsonNode? port, FieldPath field, Findings findings)
    {
        switch (port?.GetValueKind())
        {
            case null:
                findings.Required(field, "a number from 1 to 65535, or the name of the container's port");
                break;
            case JsonValueKind.Number when port.AsValue().TryGetValue<long>(out var number):
                if (number is < 1 or > 65535)
                {
                    findings.Invalid(field, number, "must be from 1 to 65535");
                }

                break;
            case JsonValueKind.String when NameRules.IsPortName(port.GetValue<string>()):
                break;
            default:
                findings.Invalid(field, Text(port) ?? port.ToJsonString(), "must be a number without quotes, or the name of the container's port");
                break;
        }
    }

    private static void CheckScheme(string? scheme, FieldPath field, Findings findings)
    {
        if (scheme is not (null or "HTTP" or "HTTPS"))
        {
            findings.NotSupported(field, scheme, "HTTP", "HTTPS");
        }
    }

    private static void CheckPath(string? path, FieldPath field, Findings findings)
    {
        if (path is { Length: > 0 } && path[0] != '/')
        {
            findings.Invalid(field, path, "must begin with /");
        }
    }

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
