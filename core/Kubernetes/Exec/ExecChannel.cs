namespace Stash.Core.Kubernetes.Exec;

/// <summary>First byte of each frame (<c>*.channel.k8s.io</c>).</summary>
internal static class ExecChannel
{
    public const byte StandardInput = 0;
    public const byte StandardOutput = 1;
    public const byte StandardError = 2;
    public const byte Status = 3;

    /// <summary>v5: the second byte names a channel that ends.</summary>
    public const byte Close = 255;

    public const string V5 = "v5.channel.k8s.io";
    public const string V4 = "v4.channel.k8s.io";
}
