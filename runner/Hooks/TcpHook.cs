using System.Net.Sockets;
using Stash.Runner.Run;

namespace Stash.Runner.Hooks;

/// <summary>Connects to a host by TCP; being accepted is success.</summary>
internal static class TcpHook
{
    /// <summary>Connects, and closes at once.</summary>
    /// <returns>Null when the connection was accepted.</returns>
    public static async Task<NamedFailure?> RunAsync(string host, int port, HookTime left)
    {
        var place = FormattableString.Invariant($"TCP {host}:{port}");
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, left.Token);
            return null;
        }
        catch (OperationCanceledException) when (left.IsOver)
        {
            return new NamedFailure(FailureCodes.HookTimedOut, $"{place} did not accept within {left.Words}; raise the hook's timeout if it needs longer");
        }
        catch (SocketException refused)
        {
            return new NamedFailure(FailureCodes.HookFailed, $"{place}: {refused.Message}");
        }
    }
}
