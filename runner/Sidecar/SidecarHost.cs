using System.Runtime.InteropServices;

namespace Stash.Runner.Sidecar;

/// <summary>The life of the sidecar, from the socket to SIGTERM.</summary>
internal static class SidecarHost
{
    /// <summary>Runs until SIGTERM or SIGINT; then interrupts restic, records the result, tells who follows, and ends.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(SidecarOptions options, TextWriter errors, TimeProvider time)
    {
        var log = new SidecarLog(errors, time);
        using var end = new CancellationTokenSource();
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        // restic unlock sends SIGHUP to the process id of each lock to see whether it lives: after a restart that may be ours.
        using var onHangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true);

        try
        {
            Directory.CreateDirectory(options.WorkPath);
            var records = new RecordStore(options.WorkPath);
            using var desk = new OperationDesk(records, new OperationWorker(options, records, log, time), log);
            using var listener = SocketFile.Listen(options.SocketPath);
            using var server = new SocketServer(desk, log, time);
            log.Say($"The sidecar listens at {options.SocketPath}.");
            await server.ServeAsync(listener, end.Token);

            log.Say("The sidecar was asked to end.");
            await desk.CloseAsync().WaitAsync(options.Grace, time);
            await server.FinishAsync(TimeSpan.FromSeconds(2));
            File.Delete(options.SocketPath);
            return ExitCodes.Done;
        }
        catch (TimeoutException)
        {
            log.Say($"What runs did not end within {options.Grace.TotalSeconds} seconds.");
            return ExitCodes.TryAgain;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Say($"The sidecar cannot start: {e.Message}");
            return ExitCodes.Refused;
        }

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            end.Cancel();
        }
    }
}
