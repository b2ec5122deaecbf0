using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Stash.Core.Restic;

/// <summary>Starts and signals a child; knows nothing of restic.</summary>
internal static class ChildProcess
{
    private const int SigInt = 2;

    /// <summary>Starts a program without a shell, with exactly this environment, and closes its standard input unless it is to be written.</summary>
    /// <param name="program">A path, or a name that is looked up in PATH.</param>
    /// <param name="arguments">Passed one by one; never a secret among them.</param>
    /// <param name="environment">The whole environment.</param>
    /// <param name="priority">Priority of the child; null leaves it.</param>
    /// <param name="keepsInput">Leaves standard input open.</param>
    /// <param name="refused">Sentences about priorities that the kernel refused.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">The program is not there, or may not be run.</exception>
    public static Process Start(
        string program,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        ProcessPriority? priority,
        bool keepsInput,
        out IReadOnlyList<string> refused)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        var process = new Process { StartInfo = info };
        refused = priority is null ? StartHere(process) : StartOnOwnThread(process, priority);
        if (!keepsInput)
        {
            process.StandardInput.Close();
        }

        return process;
    }

    /// <summary>Sends SIGINT, at which restic removes its lock and ends.</summary>
    public static void Interrupt(Process process)
    {
        if (!process.HasExited)
        {
            _ = Kill(process.Id, SigInt);
        }
    }

    private static IReadOnlyList<string> StartHere(Process process)
    {
        process.Start();
        return [];
    }

    /// <summary>A priority that was lowered cannot be raised again, so the thread that takes it ends with the start.</summary>
    private static IReadOnlyList<string> StartOnOwnThread(Process process, ProcessPriority priority)
    {
        IReadOnlyList<string> refused = [];
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                refused = priority.ApplyToThisThread();
                process.Start();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? refused : throw new System.ComponentModel.Win32Exception(failure.Message, failure);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
