using System.Threading.Channels;
using Stash.Core.Kubernetes;

namespace Stash.LocalCluster.Controllers;

/// <summary>Objects to look at: each once, however often it was named meanwhile, and some only later.</summary>
internal sealed class WorkQueue : IDisposable
{
    private readonly Channel<WorkItem> _ready = Channel.CreateUnbounded<WorkItem>();
    private readonly HashSet<WorkItem> _waiting = [];
    private readonly Dictionary<WorkItem, ITimer> _later = [];
    private readonly Lock _lock = new();

    /// <summary>Looks soon.</summary>
    public void Add(WorkItem item)
    {
        lock (_lock)
        {
            if (_waiting.Add(item))
            {
                _ready.Writer.TryWrite(item);
            }
        }
    }

    /// <summary>Looks after a time; replaces an earlier such wish for the same object.</summary>
    public void AddLater(WorkItem item, TimeSpan delay, TimeProvider time)
    {
        lock (_lock)
        {
            if (_later.Remove(item, out var before))
            {
                before.Dispose();
            }

            _later[item] = time.CreateTimer(_ => Add(item), null, delay < TimeSpan.Zero ? TimeSpan.Zero : delay, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Takes items one by one until cancelled.</summary>
    public async IAsyncEnumerable<WorkItem> TakeAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in _ready.Reader.ReadAllAsync(cancellationToken))
        {
            lock (_lock)
            {
                _waiting.Remove(item);
            }

            yield return item;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var timer in _later.Values)
            {
                timer.Dispose();
            }

            _later.Clear();
        }
    }
}

/// <summary>An object to look at.</summary>
internal sealed record WorkItem(ResourceType Type, string Namespace, string Name);
