using Stash.Core.Kubernetes.Exec;
using Stash.Core.Kubernetes.Requests;

namespace Stash.Core.Kubernetes;

/// <content>Commands in containers.</content>
public sealed partial class KubernetesClient
{
    /// <inheritdoc/>
    public async Task<ExecResult> ExecAsync(ExecRequest request, CancellationToken cancellationToken)
    {
        if (request.Command.Count == 0)
        {
            throw new ArgumentException("a command is required", nameof(request));
        }

        var path = ResourcePath.Object(ResourceTypes.Pods, request.Namespace, request.Pod, "exec") + ResourcePath.Query(
        [
            ("container", request.Container),
            ("stdin", request.StandardInput is null ? null : "true"),
            ("stdout", "true"),
            ("stderr", "true"),
            .. request.Command.Select(argument => ("command", (string?)argument)),
        ]);
        using var socket = await ExecConnection.OpenAsync(transport, options, path, cancellationToken).ConfigureAwait(false);
        return await new ExecSession(socket, request, options).RunAsync(cancellationToken).ConfigureAwait(false);
    }
}
