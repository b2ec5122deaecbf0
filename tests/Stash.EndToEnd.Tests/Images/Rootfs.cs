using System.Diagnostics;

namespace Stash.EndToEnd.Tests.Images;

/// <summary>A program in the file tree of its image and nothing else: read-only, as uid 65532, as a container runs it.</summary>
internal static class Rootfs
{
    /// <summary>The tree that <c>make rootfs</c> laid out.</summary>
    public static string Folder(string image)
    {
        var folder = Path.Combine(Path.GetDirectoryName(Programs.Runner)!, "rootfs", image);
        return Directory.Exists(folder) ? folder : throw new DirectoryNotFoundException($"{folder} is not there; run: make rootfs");
    }

    /// <summary>How to start it.</summary>
    /// <param name="image"><c>webhook</c> or <c>runner</c>.</param>
    /// <param name="mounts">Files and folders of this machine, and where they are in the container, read-only.</param>
    /// <param name="command">The program and its arguments.</param>
    public static ProcessStartInfo Start(string image, IReadOnlyDictionary<string, string> mounts, params string[] command)
    {
        string[] user = Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid=65532", "--regid=65532", "--clear-groups", "bwrap"]
            : ["bwrap", "--unshare-user", "--uid", "65532", "--gid", "65532"];
        var start = new ProcessStartInfo(user[0])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        string[] sandbox =
        [
            .. user[1..], "--unshare-pid", "--die-with-parent", "--new-session",
            "--ro-bind", Folder(image), "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--ro-bind", "/etc/hosts", "/etc/hosts",
            .. mounts.SelectMany(mount => new[] { "--ro-bind", mount.Key, mount.Value }),
            "--clearenv", "--setenv", "PATH", "/usr/local/bin:/usr/bin:/bin", "--setenv", "DOTNET_EnableDiagnostics", "0",
        ];
        foreach (var argument in sandbox.Concat(command))
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Text)> RunAsync(string image, IReadOnlyDictionary<string, string> mounts, params string[] command)
    {
        using var process = Process.Start(Start(image, mounts, command))!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, output + await error);
    }
}
