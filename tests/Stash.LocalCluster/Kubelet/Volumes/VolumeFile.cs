namespace Stash.LocalCluster.Kubelet.Volumes;

/// <summary>A file that the kubelet writes into a volume.</summary>
/// <param name="Path">Relative path.</param>
/// <param name="Content">Bytes.</param>
/// <param name="Mode">Permission bits.</param>
internal sealed record VolumeFile(string Path, byte[] Content, int Mode);

/// <summary>A volume cannot be set up yet; the message is that of the FailedMount event.</summary>
internal sealed class VolumeFault(string message) : Exception(message);
