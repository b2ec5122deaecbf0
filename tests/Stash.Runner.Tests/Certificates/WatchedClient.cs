using System.Reflection;
using Stash.Core.Kubernetes;

namespace Stash.Runner.Tests.Certificates;

/// <summary>The process was killed.</summary>
internal sealed class KilledException() : Exception("killed");

/// <summary>A client that looks at the cluster after every write, and whose process is killed at one of them.</summary>
internal class WatchedClient : DispatchProxy
{
    private static readonly string[] Writes = [nameof(IKubernetesClient.ApplyAsync), nameof(IKubernetesClient.CreateAsync), nameof(IKubernetesClient.ReplaceAsync)];
    private IKubernetesClient _inner = null!;
    private Func<Task> _afterWrite = null!;
    private int _writesLeft;

    /// <summary>Wraps a client.</summary>
    /// <param name="inner">The client.</param>
    /// <param name="lastWrite">The number of the write after which the process is killed.</param>
    /// <param name="afterWrite">Looks.</param>
    public static IKubernetesClient Around(IKubernetesClient inner, int lastWrite, Func<Task> afterWrite)
    {
        var proxy = Create<IKubernetesClient, WatchedClient>();
        var watched = (WatchedClient)(object)proxy;
        (watched._inner, watched._writesLeft, watched._afterWrite) = (inner, lastWrite, afterWrite);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var result = targetMethod!.Invoke(_inner, args);
        return Writes.Contains(targetMethod.Name, StringComparer.Ordinal) ? AfterAsync((Task<System.Text.Json.Nodes.JsonObject>)result!) : result;
    }

    private async Task<System.Text.Json.Nodes.JsonObject> AfterAsync(Task<System.Text.Json.Nodes.JsonObject> write)
    {
        var written = await write;
        await _afterWrite();
        return --_writesLeft == 0 ? throw new KilledException() : written;
    }
}
