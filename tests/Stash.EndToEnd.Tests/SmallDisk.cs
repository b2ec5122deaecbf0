namespace Stash.EndToEnd.Tests;

/// <summary>A file system of 4 MiB, in memory; mounting it takes root.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    public static async Task<SmallDisk> MountAsync(CancellationToken cancellationToken)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a small file system takes root");
        var folder = Directory.CreateTempSubdirectory("stash-small-disk-").FullName;
        try
        {
            await Programs.RunAsync("mount", ["-t", "tmpfs", "-o", "size=4m,mode=1777", "tmpfs", folder], new Dictionary<string, string>(), cancellationToken);
        }
        catch (InvalidOperationException refused)
        {
            Directory.Delete(folder);
            Assert.Skip($"a small file system cannot be mounted here: {refused.Message}");
        }

        return new SmallDisk(folder);
    }

    public async ValueTask DisposeAsync()
    {
        await Programs.RunAsync("umount", ["-l", Folder], new Dictionary<string, string>(), CancellationToken.None);
        Directory.Delete(Folder);
    }
}
