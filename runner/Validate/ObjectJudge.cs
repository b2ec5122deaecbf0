using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Core.Validation;
using Stash.Runner.Input;

namespace Stash.Runner.Validate;

/// <summary>Judges each of the given objects as the webhook would, with the others standing for the cluster; pure.</summary>
internal sealed class ObjectJudge(Manifests manifests, bool allowMissing)
{
    private readonly IReadOnlyList<Repository> _repositories = manifests.Repositories();
    private readonly IReadOnlyList<Function> _functions = manifests.Functions();

    /// <summary>Judges one.</summary>
    public Judgement Judge(ManifestObject one)
    {
        var judgement = (one.Group, one.Kind) switch
        {
            (StashApi.Group, BackupConfiguration.KindName) =>
                Read(one, StashJson.Default.BackupConfiguration, OfConfig, StashApi.V1Beta1, StashApi.V1Beta2),
            (StashApi.Group, BackupBatch.KindName) => Read(one, StashJson.Default.BackupBatch, OfBatch, StashApi.V1Beta1),
            (StashApi.Group, Repository.KindName) => Read(one, StashJson.Default.Repository, OfRepository, StashApi.V1Alpha1),
            (StashApi.Group, BackupSession.KindName) => Read(one, StashJson.Default.BackupSession, OfSession, StashApi.V1Beta1),
            (StashApi.Group, Function.KindName) =>
                Read(one, StashJson.Default.Function, static (function, _) => FunctionValidator.Validate(function), StashApi.V1Beta1),
            (StashApi.Group, TaskDefinition.KindName) =>
                Read(one, StashJson.Default.TaskDefinition, (task, _) => TaskValidator.Validate(task, _functions, allowMissing), StashApi.V1Beta1),
            (StashApi.Group, _) => Judgement.NotJudged($"this version does not judge a {one.Kind}"),
            _ => Judgement.NotJudged("not an object of Stash's; it counts as existing"),
        };
        var twice = manifests.Objects.Count(other => other.Kind == one.Kind && other.Group == one.Group && other.Namespace == one.Namespace
            && other.Name == one.Name && other.Name.Length > 0 && other.Json["metadata"]?["name"] is not null) > 1;
        return twice && judgement.Skipped is null
            ? judgement with { Faults = [.. judgement.Faults, new Fault("metadata.name", FaultType.Duplicate, "the object is given twice", one.Name).ToString()] }
            : judgement;
    }

    /// <summary>What is wrong with a config, its references included.</summary>
    public ValidationResult OfConfig(BackupConfiguration config, ManifestObject one)
    {
        var workload = Workload(config.Spec.Target?.Ref, one);
        var result = BackupConfigurationValidator.Validate(config, Around(one) with { Workload = workload?.Json });
        return WithTarget(result, "spec.target.ref.name", config.Spec.Target?.Ref, one);
    }

    /// <summary>What is wrong with a batch, its members' references included.</summary>
    public ValidationResult OfBatch(BackupBatch batch, ManifestObject one)
    {
        var references = BatchMembers.Of(batch).Select(member => member.Spec.Target?.Ref).ToList();
        var result = BackupBatchValidator.Validate(batch, Around(one), references.ConvertAll(reference => Workload(reference, one)?.Json));
        for (var i = 0; i < Math.Min(references.Count, MemberRules.Most); i++)
        {
            result = WithTarget(result, $"spec.members[{i}].target.ref.name", references[i], one);
        }

        return result;
    }

    private ConfigSurroundings Around(ManifestObject one) => new()
    {
        Repositories = _repositories,
        Functions = _functions,
        Tasks = manifests.Tasks(),
        NamespaceLabels = manifests.NamespaceLabels(one.Namespace),
        AllowMissing = allowMissing,
    };

    private ManifestObject? Workload(TargetReference? reference, ManifestObject one) =>
        reference is { Kind: { } kind, Name: { } name } ? manifests.Find(kind, reference.Namespace ?? one.Namespace, name) : null;

    private ValidationResult WithTarget(ValidationResult result, string field, TargetReference? reference, ManifestObject one) =>
        reference is { Kind.Length: > 0, Name.Length: > 0 } && Workload(reference, one) is null
            ? Missing(result, field, reference.Kind, reference.Name, reference.Namespace ?? one.Namespace)
            : result;

    private ValidationResult OfRepository(Repository repository, ManifestObject one)
    {
        var result = RepositoryValidator.Validate(repository);
        return repository.Spec.Backend?.StorageSecretName is { Length: > 0 } secret && manifests.Find("Secret", one.Namespace, secret) is null
            ? Missing(result, "spec.backend.storageSecretName", "Secret", secret, one.Namespace)
            : result;
    }

    private ValidationResult OfSession(BackupSession session, ManifestObject one)
    {
        var invoker = session.Spec.Invoker;
        var names = manifests.Names(invoker?.Kind ?? "", one.Namespace);
        if (!allowMissing || invoker is not { Kind: BackupConfiguration.KindName or BackupBatch.KindName, Name: { Length: > 0 } name } || names.Contains(name, StringComparer.Ordinal))
        {
            return BackupSessionValidator.Validate(session, null, names);
        }

        return Missing(BackupSessionValidator.Validate(session), "spec.invoker.name", invoker.Kind, name, one.Namespace);
    }

    private ValidationResult Missing(ValidationResult result, string field, string kind, string name, string ns)
    {
        if (allowMissing)
        {
            return result with { Warnings = [.. result.Warnings, $"{field}: {kind} {ns}/{name} is not among the given objects"] };
        }

        var hint = NearestName.Find(name, manifests.Names(kind, ns)) is { } nearest ? $"did you mean \"{nearest}\"?" : "give its manifest too, or use --allow-missing";
        return result with { Faults = [.. result.Faults, new Fault(field, FaultType.NotFound, $"{kind} is not among the given objects; {hint}", name)] };
    }

    private static Judgement Read<T>(
        ManifestObject one, JsonTypeInfo<T> type, Func<T, ManifestObject, ValidationResult> validate, params string[] versions)
        where T : class
    {
        if (one.Json["apiVersion"]?.GetValue<string>() is { } version && !versions.Contains(version, StringComparer.Ordinal))
        {
            var known = string.Join(", ", versions.Select(known => $"\"{known}\""));
            return new([new Fault("apiVersion", FaultType.NotSupported, $"supported values: {known}", version).ToString()], []);
        }

        var read = ObjectReader.Read(one.Json, type);
        var result = read.Value is { } value ? validate(value, one) : new ValidationResult(read.Faults, []);
        var unknown = read.Unknown
            .Where(path => !path.StartsWith("metadata.", StringComparison.Ordinal) && !path.StartsWith("status", StringComparison.Ordinal))
            .Select(path => new Fault(path, FaultType.Forbidden, "no such field; the API server would refuse it or drop it").ToString());
        return new Judgement([.. Named(one.Json), .. result.Faults.Select(fault => fault.ToString()), .. unknown], result.Warnings);
    }

    private static IEnumerable<string> Named(JsonObject json) =>
        json["metadata"]?["name"] is null && json["metadata"]?["generateName"] is null
            ? [new Fault("metadata.name", FaultType.Required, "name or generateName is required").ToString()]
            : [];
}
