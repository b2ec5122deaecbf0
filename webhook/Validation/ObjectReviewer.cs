using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Stash.Core.Api;
using Stash.Core.Validation;
using Stash.Webhook.Wire;

namespace Stash.Webhook.Validation;

/// <summary>Judges BackupConfigurations, BackupBatches, Repositories, BackupSessions, Functions and Tasks.</summary>
internal sealed class ObjectReviewer(Surroundings surroundings) : IReviewer
{
    /// <inheritdoc/>
    public string Kind => "objects";

    /// <inheritdoc/>
    public async ValueTask<AdmissionReply> ReviewAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request is not { Group: StashApi.Group, SubResource: "", Operation: "CREATE" or "UPDATE", Object: { } json })
        {
            return AdmissionReply.Allowed("not-judged");
        }

        // Who takes off a finalizer or adds a label does not answer for a spec that was let in when rules were others.
        if (request.Operation == "UPDATE" && JsonNode.DeepEquals(json["spec"], request.OldObject?["spec"]))
        {
            return AdmissionReply.Allowed("spec-unchanged");
        }

        return request.Kind switch
        {
            BackupConfiguration.KindName => await ConfigAsync(request, json, cancellationToken),
            BackupBatch.KindName => await BatchAsync(request, json, cancellationToken),
            Repository.KindName => Judge(
                request, Read(json, StashJson.Default.Repository), repository => RepositoryValidator.Validate(repository, Old(request, StashJson.Default.Repository))),
            BackupSession.KindName => await SessionAsync(request, json, cancellationToken),
            Function.KindName => Judge(request, Read(json, StashJson.Default.Function), FunctionValidator.Validate),
            TaskDefinition.KindName => await TaskAsync(request, json, cancellationToken),
            _ => AdmissionReply.Allowed("not-judged"),
        };
    }

    private async Task<AdmissionReply> ConfigAsync(AdmissionRequest request, JsonObject json, CancellationToken cancellationToken)
    {
        var read = Read(json, StashJson.Default.BackupConfiguration);
        if (read.Value is not { } config)
        {
            return Judge(request, read, _ => ValidationResult.Valid);
        }

        var (found, warning) = await surroundings.OfConfigAsync(Placed(config, request), request.Namespace, cancellationToken);
        return Judge(request, read, _ => BackupConfigurationValidator.Validate(Placed(config, request), found), warning);
    }

    private async Task<AdmissionReply> BatchAsync(AdmissionRequest request, JsonObject json, CancellationToken cancellationToken)
    {
        var read = Read(json, StashJson.Default.BackupBatch);
        if (read.Value is not { } batch)
        {
            return Judge(request, read, _ => ValidationResult.Valid);
        }

        var placed = batch with { Metadata = batch.Metadata with { Namespace = request.Namespace } };
        var ((around, workloads), warning) = await surroundings.OfBatchAsync(placed, request.Namespace, cancellationToken);
        return Judge(request, read, _ => BackupBatchValidator.Validate(placed, around, workloads), warning);
    }

    private async Task<AdmissionReply> TaskAsync(AdmissionRequest request, JsonObject json, CancellationToken cancellationToken)
    {
        var (functions, warning) = await surroundings.FunctionsAsync(cancellationToken);
        return Judge(request, Read(json, StashJson.Default.TaskDefinition), task => TaskValidator.Validate(task, functions), warning);
    }

    private async Task<AdmissionReply> SessionAsync(AdmissionRequest request, JsonObject json, CancellationToken cancellationToken)
    {
        var read = Read(json, StashJson.Default.BackupSession);
        var (names, warning) = await surroundings.InvokerNamesAsync(read.Value?.Spec.Invoker?.Kind, request.Namespace, cancellationToken);
        return Judge(
            request, read,
            session => BackupSessionValidator.Validate(session, Old(request, StashJson.Default.BackupSession), names), warning);
    }

    // An object's own namespace may be empty at CREATE; the request's never is.
    private static BackupConfiguration Placed(BackupConfiguration config, AdmissionRequest request) =>
        config with { Metadata = config.Metadata with { Namespace = request.Namespace } };

    private static AdmissionReply Judge<T>(AdmissionRequest request, ReadOutcome<T> read, Func<T, ValidationResult> validate, string? warning = null)
        where T : class
    {
        var result = read.Value is { } value ? validate(value) : new ValidationResult(read.Faults, []);
        List<string> warnings = [.. result.Warnings];
        if (warning is not null)
        {
            warnings.Add(warning);
        }

        return result.IsValid
            ? AdmissionReply.Allowed("", warnings)
            : AdmissionReply.Denied("invalid", InvalidStatus.Create(request.Group, request.Kind, request.DisplayName(), result.Faults), warnings);
    }

    private static ReadOutcome<T> Read<T>(JsonObject json, JsonTypeInfo<T> type)
        where T : class => ObjectReader.Read(json, type);

    private static T? Old<T>(AdmissionRequest request, JsonTypeInfo<T> type)
        where T : class => request.OldObject is { } old ? ObjectReader.Read(old, type).Value : null;
}
