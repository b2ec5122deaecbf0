using System.Text.Json.Nodes;

namespace Stash.LocalCluster.Kubelet.Status;

/// <summary>What a container is to its pod.</summary>
internal enum ContainerRole
{
    /// <summary>Runs to its end before the next one.</summary>
    Init,

    /// <summary>An init container with restartPolicy Always: the next one begins when it has started.</summary>
    Sidecar,

    /// <summary>An ordinary container.</summary>
    Main,
}

/// <summary>A container as its status tells it.</summary>
internal sealed record ContainerState
{
    /// <summary>Its part of the pod's spec.</summary>
    public required JsonObject Spec { get; init; }

    /// <summary>Role.</summary>
    public required ContainerRole Role { get; init; }

    /// <summary>Why it waits; null once it has begun.</summary>
    public Waiting? Waiting { get; init; }

    /// <summary>Since when it runs.</summary>
    public DateTimeOffset? RunningSince { get; init; }

    /// <summary>How it ended; null while it waits for the first time or runs.</summary>
    public Termination? Ended { get; init; }

    /// <summary>How the instance before ended.</summary>
    public Termination? Last { get; init; }

    /// <summary>How often it was started again.</summary>
    public int Restarts { get; init; }

    /// <summary>Runs, and the startupProbe passed.</summary>
    public bool Started { get; init; }

    /// <summary>Started, and the readinessProbe passed.</summary>
    public bool Ready { get; init; }

    /// <summary><c>local://</c> and an id of this instance.</summary>
    public string? ContainerId { get; init; }

    /// <summary>Name in the pod.</summary>
    public string Name => Spec.Text("name")!;

    /// <summary>Whether it runs.</summary>
    public bool Running => RunningSince is not null;
}

/// <summary>Why a container waits.</summary>
/// <param name="Reason">For example ContainerCreating, CrashLoopBackOff.</param>
/// <param name="Message">A sentence.</param>
internal sealed record Waiting(string Reason, string? Message);

/// <summary>How a container ended.</summary>
/// <param name="ExitCode">128 and the signal's number when a signal killed it.</param>
/// <param name="Reason">Completed, Error, StartError.</param>
/// <param name="Message">Its termination message.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="ContainerId">Which instance.</param>
internal sealed record Termination(
    int ExitCode, string Reason, string? Message, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, string ContainerId);
