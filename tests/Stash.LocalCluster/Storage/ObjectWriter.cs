using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Admission;
using Stash.LocalCluster.Patching;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Rest;
using Stash.LocalCluster.Validation;

namespace Stash.LocalCluster.Storage;

/// <summary>The way of an object into the store: prepared, admitted, validated, committed.</summary>
internal sealed class ObjectWriter(
    ObjectTable table, ObjectPreparation preparation, AdmissionChain admission, VersionConversion conversion, Aftermath aftermath)
{
    private const int Attempts = 20;

    /// <summary>Creates an object.</summary>
    public async Task<JsonObject> CreateAsync(WriteContext context, string? ns, JsonObject body, CancellationToken cancellationToken)
    {
        var resource = context.Resource;
        ObjectPreparation.Address(resource, body, ns, name: null);
        RequireNamespace(resource, body);
        preparation.ForCreation(context, body);
        var review = new AdmissionAttributes(context, "CREATE", null) { Object = body, Namespace = body.Namespace(), Name = body.Name() };
        await admission.MutateAsync(review, cancellationToken);
        body = review.Object!;
        for (var attempt = 1; ; attempt++)
        {
            var candidate = body.Copy();
            preparation.Identify(context, candidate);
            ObjectValidation.Check(resource, candidate, old: null);
            FieldOwnership.Track(context, old: null, candidate, subresource: null, preparation.Now);
            await admission.ValidateAsync(review with { Object = candidate, Name = candidate.Name() }, cancellationToken);
            if (context.DryRun)
            {
                return Exists(resource, candidate) ? throw ApiErrors.AlreadyExists(resource.Type.Group, resource.Type.Plural, candidate.Name()) : candidate;
            }

            var stored = await ToStorageAsync(resource, candidate, cancellationToken);
            if (table.TryAdd(resource.Collection, stored))
            {
                candidate["metadata"] = stored["metadata"]!.DeepClone();
                aftermath.Created(resource, stored);
                return candidate;
            }

            if (body.Name().Length > 0 || attempt == Attempts)
            {
                throw ApiErrors.AlreadyExists(resource.Type.Group, resource.Type.Plural, candidate.Name());
            }
        }
    }

    /// <summary>Changes an object; when the change does not name a resourceVersion, again on conflict.</summary>
    /// <param name="context">Who and how.</param>
    /// <param name="ns">Namespace.</param>
    /// <param name="name">Name.</param>
    /// <param name="subresource"><c>status</c> or null.</param>
    /// <param name="change">The desired object, from the current one in the request's version; owners of fields are set by it when it is an apply.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<JsonObject> ChangeAsync(
        WriteContext context, string? ns, string name, string? subresource, Func<JsonObject, Change> change, CancellationToken cancellationToken)
    {
        var resource = context.Resource;
        for (var attempt = 1; ; attempt++)
        {
            var (current, version) = await CurrentAsync(resource, ns, name, cancellationToken);
            var wanted = change(current.Copy());
            var result = Desired(context, current, wanted, subresource);
            var review = new AdmissionAttributes(context, "UPDATE", subresource) { Object = result, OldObject = current, Namespace = current.Namespace(), Name = name };
            await admission.MutateAsync(review, cancellationToken);
            result = Finish(context, current, preparation.ForUpdate(context, current, review.Object!, subresource), wanted, subresource);
            await admission.ValidateAsync(review with { Object = result }, cancellationToken);
            if (context.DryRun || JsonNode.DeepEquals(current, result))
            {
                return result;
            }

            if (Commit(resource, await ToStorageAsync(resource, result.Copy(), cancellationToken), version) is { } stored)
            {
                result["metadata"] = stored["metadata"]!.DeepClone();
                return result;
            }

            if (wanted.NamesVersion || attempt == Attempts)
            {
                throw ApiErrors.Stale(resource.Type.Group, resource.Type.Plural, name);
            }
        }
    }

    /// <summary>Changes an object in process: the same rules, no webhooks. Null where there is none.</summary>
    public JsonObject? Change(WriteContext context, string? ns, string name, string? subresource, Action<JsonObject> edit)
    {
        var resource = context.Resource;
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            if (table.Get(resource.Collection, ns ?? "", name) is not { } found)
            {
                return null;
            }

            var current = VersionConversion.Convert(resource, found.Read(), resource.Type.ApiVersion);
            var desired = current.Copy();
            edit(desired);
            var wanted = new Change(desired);
            var result = Finish(context, current, Desired(context, current, wanted, subresource), wanted, subresource);
            if (JsonNode.DeepEquals(current, result))
            {
                return current;
            }

            if (Commit(resource, result, found.Version) is { } stored)
            {
                return stored;
            }
        }

        throw ApiErrors.Stale(resource.Type.Group, resource.Type.Plural, name);
    }

    private JsonObject Desired(WriteContext context, JsonObject current, Change wanted, string? subresource)
    {
        var type = context.Resource.Type;
        var sent = wanted.Desired.Text("metadata", "resourceVersion");
        if (sent.Length > 0 && sent != current.Text("metadata", "resourceVersion"))
        {
            throw ApiErrors.Stale(type.Group, type.Plural, current.Name());
        }

        var uid = wanted.Desired.Text("metadata", "uid");
        if (uid.Length > 0 && uid != current.Text("metadata", "uid"))
        {
            throw ApiErrors.Conflict(type.Group, type.Plural, current.Name(),
                $"Precondition failed: UID in precondition: {uid}, UID in object meta: {current.Text("metadata", "uid")}");
        }

        return preparation.ForUpdate(context, current, wanted.Desired, subresource);
    }

    private JsonObject Finish(WriteContext context, JsonObject current, JsonObject result, Change wanted, string? subresource)
    {
        ObjectPreparation.CountGeneration(context.Resource, current, result);
        ObjectValidation.Check(context.Resource, result, current);
        if (!wanted.OwnsItself)
        {
            FieldOwnership.Track(context, current, result, subresource, preparation.Now);
        }

        FieldOwnership.KeepTimes(current, result);
        return result;
    }

    private JsonObject? Commit(ResourceDefinition resource, JsonObject stored, long version)
    {
        var isGone = stored.Find("metadata", "deletionTimestamp") is not null && Aftermath.MayGo(resource, stored);
        if (isGone ? !table.TryRemove(resource.Collection, stored, version) : !table.TryReplace(resource.Collection, stored, version))
        {
            return null;
        }

        if (isGone)
        {
            aftermath.Removed(resource, stored);
        }
        else
        {
            aftermath.Changed(resource, stored);
        }

        return stored;
    }

    private async Task<(JsonObject Current, long Version)> CurrentAsync(ResourceDefinition resource, string? ns, string name, CancellationToken cancellationToken)
    {
        var found = table.Get(resource.Collection, ns ?? "", name)
            ?? throw ApiErrors.NotFound(resource.Type.Group, resource.Type.Plural, name);
        var converted = await conversion.ConvertAsync(resource, [found.Read()], resource.Type.ApiVersion, cancellationToken);
        return (converted[0], found.Version);
    }

    private async Task<JsonObject> ToStorageAsync(ResourceDefinition resource, JsonObject body, CancellationToken cancellationToken)
    {
        var storage = new ResourceType(resource.Type.Group, resource.StorageVersion, "", "").ApiVersion;
        return (await conversion.ConvertAsync(resource, [body.Copy()], storage, cancellationToken))[0];
    }

    private bool Exists(ResourceDefinition resource, JsonObject body) => table.Get(resource.Collection, body.Namespace(), body.Name()) is not null;

    private void RequireNamespace(ResourceDefinition resource, JsonObject body)
    {
        if (!resource.Type.Namespaced)
        {
            return;
        }

        var ns = body.Namespace();
        var found = table.Get(new CollectionKey("", "namespaces"), "", ns)?.Read() ?? throw ApiErrors.NotFound("", "namespaces", ns);
        if (found.Find("metadata", "deletionTimestamp") is not null)
        {
            throw ApiErrors.Forbidden(resource.Type.Group, resource.Type.Plural, body.Name(),
                $"unable to create new content in namespace {ns} because it is being terminated");
        }
    }
}

/// <summary>What a change makes of an object.</summary>
/// <param name="Desired">The desired object.</param>
/// <param name="OwnsItself">The owners of fields are already set: an apply.</param>
/// <param name="NamesVersion">The client said which version it changes: a conflict is its to solve.</param>
internal sealed record Change(JsonObject Desired, bool OwnsItself = false, bool NamesVersion = false);
