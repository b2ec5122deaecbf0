namespace Stash.Runner.Sidecar;

/// <summary>How the sidecar runs.</summary>
/// <param name="SocketPath">The Unix socket.</param>
/// <param name="WorkPath">Folder of recorded results and restic's cache; survives a restart of the container.</param>
/// <param name="SecretPath">Folder of the repository's Secret.</param>
/// <param name="ResticPath">restic.</param>
/// <param name="Grace">From SIGTERM to the end; shorter than the pod's terminationGracePeriodSeconds.</param>
internal sealed record SidecarOptions(string SocketPath, string WorkPath, string SecretPath, string ResticPath, TimeSpan Grace);
