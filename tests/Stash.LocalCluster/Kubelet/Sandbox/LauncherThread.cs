using System.Collections.Concurrent;

namespace Stash.LocalCluster.Kubelet.Sandbox;

/// <summary>
/// The one thread that starts sandboxes. The kernel ties "die with the parent" to the thread that forked, and threads of the pool come
/// and go; this one lives as long as the program.
/// </summary>
internal static class LauncherThread
{
    private static readonly BlockingCollection<Action> Work = Begin();

    /// <summary>Runs <paramref name="start"/> on the thread.</summary>
    public static Task<T> RunAsync<T>(Func<T> start)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                done.SetResult(start());
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        return done.Task;
    }

    private static BlockingCollection<Action> Begin()
    {
        var work = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (var action in work.GetConsumingEnumerable())
            {
                action();
            }
        })
        { IsBackground = true, Name = "sandbox launcher" }.Start();
        return work;
    }
}
