using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Defaults;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Rest;

namespace Stash.LocalCluster.Storage;

/// <summary>What becomes of an object between the client and the store: identity, defaults, pruning. Pure.</summary>
internal sealed class ObjectPreparation(BuiltInDefaults defaults, TimeProvider time)
{
    private const string SuffixLetters = "bcdfghjklmnpqrstvwxz2456789";
    private static readonly string[] SystemFields = ["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "namespace", "name"];

    private static readonly string[] OmittedWhenEmpty = ["labels", "annotations", "ownerReferences", "finalizers"];

    /// <summary>Now, as objects write it.</summary>
    public string Now => time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Refuses a body that is of another kind, name or namespace than the path; fills in what it leaves out.</summary>
    public static void Address(ResourceDefinition resource, JsonObject body, string? ns, string? name)
    {
        var type = resource.Type;
        body.Default("apiVersion", type.ApiVersion);
        body.Default("kind", type.Kind);
        if (body.Text("apiVersion") != type.ApiVersion || body.Text("kind") != type.Kind)
        {
            throw ApiErrors.BadRequest(
                $"{body.Text("kind")} in version \"{body.Text("apiVersion")}\" cannot be handled as a {type.Kind}: the path takes {type.ApiVersion}");
        }

        var metadata = body.Ensure("metadata");
        if (!type.Namespaced)
        {
            metadata.Remove("namespace");
        }
        else if (ns is not null)
        {
            metadata.Default("namespace", ns);
            if (body.Namespace() != ns)
            {
                throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
            }
        }

        if (name is not null)
        {
            metadata.Default("name", name);
            if (body.Name() != name)
            {
                throw ApiErrors.BadRequest($"the name of the object ({body.Name()}) does not match the name on the URL ({name})");
            }
        }
    }

    /// <summary>Makes a new object of a client's body: what the system sets is reset.</summary>
    public void ForCreation(WriteContext context, JsonObject body)
    {
        var metadata = body.Ensure("metadata");
        if (metadata.Text("resourceVersion").Length > 0)
        {
            throw ApiErrors.BadRequest("resourceVersion should not be set on objects to be created");
        }

        foreach (var field in new[] { "uid", "resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "selfLink", "managedFields" })
        {
            metadata.Remove(field);
        }

        metadata["creationTimestamp"] = Now;
        if (context.Resource.HasGeneration)
        {
            metadata["generation"] = 1;
        }

        InitialStatus.Set(context.Resource, body, Now);
        Complete(context, body);
    }

    /// <summary>Gives a new object its identity, after the mutating webhooks and before the validating ones.</summary>
    public void Identify(WriteContext context, JsonObject body)
    {
        var metadata = body.Ensure("metadata");
        if (metadata.Text("name").Length == 0 && metadata.Text("generateName") is { Length: > 0 } prefix)
        {
            metadata["name"] = prefix[..Math.Min(prefix.Length, 58)] + RandomNumberGenerator.GetString(SuffixLetters, 5);
        }

        metadata["uid"] = Guid.NewGuid().ToString();
        Complete(context, body);
    }

    /// <summary>Defaults and pruning; unknown fields are refused, told or dropped as the client wishes.</summary>
    public void Complete(WriteContext context, JsonObject body)
    {
        DropEmpty(body);
        if (context.Resource.Schema is not { } schema)
        {
            defaults.Apply(context.Resource, body);
            return;
        }

        var unknown = schema.Prune(body).Select(path => $"unknown field \"{path}\"").ToArray();
        if (unknown.Length > 0 && context.FieldValidation == "Strict")
        {
            throw ApiErrors.BadRequest(
                $"{context.Resource.Type.Kind} in version \"{context.Resource.Type.Version}\" cannot be handled as a {context.Resource.Type.Kind}: strict decoding error: {string.Join(", ", unknown)}");
        }

        if (context.FieldValidation == "Warn")
        {
            context.Warnings.AddRange(unknown.Except(context.Warnings));
        }

        schema.ApplyDefaults(body);
    }

    /// <summary>Drops empty maps and lists of metadata, which Kubernetes never shows.</summary>
    public static void DropEmpty(JsonObject body)
    {
        foreach (var field in OmittedWhenEmpty)
        {
            if (body.Find("metadata", field) is null or JsonObject { Count: 0 } or JsonArray { Count: 0 })
            {
                body.Object("metadata")?.Remove(field);
            }
        }
    }

    /// <summary>What a changed object may change: never identity, and either the status or all the rest.</summary>
    public JsonObject ForUpdate(WriteContext context, JsonObject old, JsonObject desired, string? subresource)
    {
        JsonObject result;
        if (subresource == "status")
        {
            result = old.Copy();
            Move(desired, result, "status");
        }
        else
        {
            result = desired.Copy();
            if (context.Resource.HasStatus)
            {
                Move(old, result, "status");
            }
        }

        var metadata = result.Ensure("metadata");
        foreach (var field in SystemFields)
        {
            Move(old.Object("metadata")!, metadata, field);
        }

        metadata["resourceVersion"] = old.Text("metadata", "resourceVersion");
        if (desired.Array("metadata", "managedFields") is null)
        {
            Move(old.Object("metadata")!, metadata, "managedFields");
        }

        Complete(context, result);
        return result;
    }

    /// <summary>Counts the generation when more than metadata and status changed.</summary>
    public static void CountGeneration(ResourceDefinition resource, JsonObject old, JsonObject result)
    {
        if (resource.HasGeneration && !JsonNode.DeepEquals(Content(resource, old), Content(resource, result)))
        {
            result.Ensure("metadata")["generation"] = (old.Number("metadata", "generation") ?? 0) + 1;
        }
    }

    private static JsonObject Content(ResourceDefinition resource, JsonObject body)
    {
        var content = body.Copy();
        content.Remove("metadata");
        content.Remove("apiVersion");
        if (resource.HasStatus)
        {
            content.Remove("status");
        }

        return content;
    }

    private static void Move(JsonObject from, JsonObject to, string field)
    {
        if (from[field] is { } value)
        {
            to[field] = value.DeepClone();
        }
        else
        {
            to.Remove(field);
        }
    }
}
