namespace Stash.Runner.Jobs;

/// <summary>How long a Job is waited for in states that may pass by themselves, and how often it is looked at.</summary>
internal sealed record JobLimits
{
    /// <summary>How long a pod may find no node: a cluster's autoscaler needs minutes.</summary>
    public TimeSpan Unschedulable { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long pulls of an image may fail.</summary>
    public TimeSpan ImagePull { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long a container may fail to be made (a Secret that is missing), and a Job may have no pod at all (a quota).</summary>
    public TimeSpan Creation { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long an API server that cannot be reached is tried while the Job runs on.</summary>
    public TimeSpan ConnectionLoss { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long after its deadline the Job may still be told as ended by the cluster.</summary>
    public TimeSpan AfterDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>First pause between two looks; grows by a quarter up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest pause between two looks.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);
}
