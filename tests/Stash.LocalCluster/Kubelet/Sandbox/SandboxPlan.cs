namespace Stash.LocalCluster.Kubelet.Sandbox;

/// <summary>Everything that starting a container needs.</summary>
internal sealed record SandboxPlan
{
    /// <summary>Host name: the pod's.</summary>
    public required string Hostname { get; init; }

    /// <summary>argv, expanded.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The whole environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Absolute working directory.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Who.</summary>
    public required Identity Identity { get; init; }

    /// <summary>The image's files, then the volumes.</summary>
    public required IReadOnlyList<SandboxMount> Mounts { get; init; }

    /// <summary>readOnlyRootFilesystem.</summary>
    public bool ReadOnlyRoot { get; init; }

    /// <summary>terminationMessagePath: a file of the host mounted there.</summary>
    public required SandboxMount TerminationMessage { get; init; }
}

/// <summary>A file or folder of this machine inside a sandbox.</summary>
/// <param name="Source">Path on this machine.</param>
/// <param name="Target">Absolute path in the sandbox.</param>
/// <param name="ReadOnly">Mounted read-only.</param>
internal sealed record SandboxMount(string Source, string Target, bool ReadOnly);
