using System.Net;
using Stash.Core.Api;
using Stash.Core.Functions;
using Stash.Core.Kubernetes;
using Stash.Core.Validation;
using Stash.Runner.Run;

namespace Stash.Runner.Hooks;

/// <summary>Finds the Function of a hook's executor and puts params and the session's variables into it.</summary>
internal sealed class ExecutorFunction(IKubernetesClient client, RunSettings settings)
{
    private const string Remedy = "see: kubectl get functions";

    /// <summary>The spec without variables. Its own command and arguments count for nothing: the hook's stand in their place.</summary>
    /// <param name="call">Name and params.</param>
    /// <param name="config">The config.</param>
    /// <param name="session">Name of the session.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RunFailureException">There is none, or no container can be made of it.</exception>
    public async Task<FunctionSpec> ResolveAsync(FunctionCall call, BackupConfiguration config, string session, CancellationToken cancellationToken)
    {
        var function = await FindAsync(call.FunctionName ?? "", cancellationToken);
        var verdict = FunctionValidator.Validate(function);
        if (!verdict.IsValid)
        {
            throw Unusable(call, verdict.Faults);
        }

        var variables = Variables.Of(config, await RepositoryAsync(config, cancellationToken))
            .With(Variables.BackupSession, session).With(Variables.Hostname, "").With(call.Params);
        var resolution = FunctionResolver.Resolve(function with { Spec = function.Spec with { Command = null, Args = null } }, variables);
        return resolution.Spec ?? throw Unusable(call, resolution.Faults);
    }

    private async Task<Function> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var json = await client.FindAsync(ResourceTypes.Functions, null, name, cancellationToken) ?? throw new RunFailureException(
                FailureCodes.FunctionNotFound, $"there is no Function {name}, which the hook's executor names; Functions are cluster-scoped: kubectl get functions");
            var outcome = ObjectReader.Read(json, StashJson.Default.Function);
            return outcome.Value ?? throw Unusable(new FunctionCall { FunctionName = name }, outcome.Faults);
        }
        catch (KubernetesException refused) when (refused.StatusCode is HttpStatusCode.Forbidden)
        {
            throw new RunFailureException(
                new NamedFailure(FailureCodes.ApiRefused, $"Function {name} may not be read: {refused.Message}; bind ClusterRole stash-functions to this service account"), refused);
        }
    }

    /// <summary>As far as there is one: a hook that releases runs also where the Repository is what is missing.</summary>
    private async Task<Repository> RepositoryAsync(BackupConfiguration config, CancellationToken cancellationToken)
    {
        var reference = config.Spec.Repositories is [var first, ..] ? first : new RepositoryReference();
        var ns = string.IsNullOrEmpty(reference.Namespace) ? settings.Namespace : reference.Namespace;
        var json = string.IsNullOrEmpty(reference.Name) ? null : await client.FindAsync(ResourceTypes.Repositories, ns, reference.Name, cancellationToken);
        return (json is null ? null : ObjectReader.Read(json, StashJson.Default.Repository).Value) ?? new Repository();
    }

    private static RunFailureException Unusable(FunctionCall call, IReadOnlyList<Fault> faults) => new(
        FailureCodes.FunctionUnusable, $"no container can be made of Function {call.FunctionName}: {string.Join("; ", faults.Take(5))}; {Remedy}");
}
