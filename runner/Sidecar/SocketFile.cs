using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Stash.Runner.Sidecar;

/// <summary>The Unix socket in the file system: who can open it may have the repository backed up and pruned, so only its owner can.</summary>
internal static class SocketFile
{
    private const int LongestPath = 107;
    private const uint FolderMask = 0x3F;
    private const uint SocketMask = 0x7F;

    /// <summary>Listens; removes what a killed sidecar left behind.</summary>
    /// <exception cref="IOException">The path is too long, is no socket, or another sidecar answers there.</exception>
    public static Socket Listen(string path)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(path) > LongestPath)
        {
            throw new IOException($"The path of the socket, {path}, is longer than {LongestPath} bytes. Give a shorter one with --socket.");
        }

        RemoveStale(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var before = SetMask(FolderMask);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            _ = SetMask(SocketMask);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            socket.Listen(64);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"The sidecar cannot listen at {path}: {e.Message}", e);
        }
        finally
        {
            _ = SetMask(before);
        }
    }

    private static void RemoveStale(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused && new FileInfo(path).Length == 0)
        {
            File.Delete(path);
            return;
        }
        catch (SocketException e)
        {
            throw new IOException($"{path} is there and is no socket of a sidecar: {e.Message}. Remove it, or give another path with --socket.", e);
        }

        throw new IOException($"Another sidecar answers at {path}. Give another path with --socket.");
    }

    [DllImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint SetMask(uint mask);
}
