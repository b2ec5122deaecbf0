using System.Diagnostics;

namespace Stash.Core.Tests.Restic;

/// <summary>A scene with a file that restic may not read: where the tests run as root, restic runs as nobody.</summary>
internal static class UnprivilegedScene
{
    public static async Task<ResticScene> CreateAsync(string restic)
    {
        var program = restic;
        var isRoot = Environment.IsPrivilegedProcess;
        var wrapper = Path.Combine(Directory.CreateTempSubdirectory("stash-nobody-").FullName, "restic");
        if (isRoot)
        {
            await File.WriteAllTextAsync(
                wrapper, $"#!/bin/sh\nexec setpriv --reuid 65534 --clear-groups {restic} \"$@\"\n", TestContext.Current.CancellationToken);
            File.SetUnixFileMode(wrapper, (UnixFileMode)0b111_101_101);
            program = wrapper;
        }

        var scene = new ResticScene(program);
        await File.WriteAllTextAsync(scene.At("source/unreadable"), "secret", TestContext.Current.CancellationToken);
        if (isRoot)
        {
            Directory.CreateDirectory(scene.At("work/tmp"));
            using var chown = Process.Start("chown", ["-R", "65534", scene.Root]);
            await chown.WaitForExitAsync(TestContext.Current.CancellationToken);
            using var makeRepo = Process.Start("install", ["-d", "-o", "65534", scene.At("repo")]);
            await makeRepo.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        File.SetUnixFileMode(scene.At("source/unreadable"), UnixFileMode.None);
        return scene;
    }
}

/// <summary>A file system of 4 MB, where the tests may mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _path;

    private SmallDisk(string path) => _path = path;

    public static SmallDisk MountOrSkip(string path)
    {
        Directory.CreateDirectory(path);
        using var mount = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", path]) { RedirectStandardError = true })!;
        mount.WaitForExit();
        Assert.SkipWhen(mount.ExitCode != 0, "a file system cannot be mounted here (needs root)");
        return new SmallDisk(path);
    }

    public void Dispose()
    {
        using var unmount = Process.Start("umount", ["--lazy", _path]);
        unmount.WaitForExit();
    }
}
