using System.Runtime.CompilerServices;
using System.Text;
using Stash.Core.Restic;

namespace Stash.Core.Tests.Restic;

/// <summary>
/// Lines that real restics printed, a file for each run in folder Recorded: output as it stands, standard error after <c>E:</c>, and after
/// <c>=</c> what is to be understood.
/// </summary>
public sealed class ResticListenerTests
{
    public static TheoryData<string> Cases => new(Directory.GetFiles(Folder(), "*.txt").Select(Path.GetFileName).Order(StringComparer.Ordinal)!);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Listener_Understands_WhenResticSpeaks(string name)
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(Folder(), name), TestContext.Current.CancellationToken);
        var listener = new ResticListener(TimeProvider.System);
        foreach (var line in lines.Where(line => !line.StartsWith("= ", StringComparison.Ordinal)))
        {
            var isError = line.StartsWith("E:", StringComparison.Ordinal);
            var bytes = Encoding.UTF8.GetBytes(isError ? line[2..] : line);
            await (isError ? listener.OnErrorLine(bytes) : listener.OnOutputLine(bytes));
        }

        Expected(lines, "unread").ShouldBe(listener.Unread.Entries);
        Expected(lines, "words").ShouldBe(listener.Words);
        Expected(lines, "snapshot").SingleOrDefault().ShouldBe(listener.Summary?.SnapshotId);
        Expected(lines, "exit").SingleOrDefault().ShouldBe(listener.ExitError?.Code.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Listener_StaysBounded_WhenMillionsOfPathsAreUnread()
    {
        var listener = new ResticListener(TimeProvider.System);
        for (var i = 0; i < 20_000; i++)
        {
            await listener.OnErrorLine(Encoding.UTF8.GetBytes($"{{\"message_type\":\"error\",\"item\":\"/f{i}{new string('x', 2000)}\"}}"));
            await listener.OnErrorLine(Encoding.UTF8.GetBytes($"word {i}"));
        }

        listener.Unread.Count.ShouldBe(20_000);
        listener.Unread.Entries.Count.ShouldBe(50);
        listener.Unread.Entries.ShouldAllBe(entry => entry.Length < 1100);
        listener.Words.Count.ShouldBe(30);
    }

    [Fact]
    public async Task Listener_NeverThrows_WhenBytesAreRandom()
    {
        var random = new Random(42);
        var seed = Encoding.UTF8.GetBytes("""{"message_type":"error","error":{"Err":13},"item":"/x","percent_done":0.5,"code":3}""");
        var listener = new ResticListener(TimeProvider.System);
        for (var i = 0; i < 20_000; i++)
        {
            var line = (byte[])seed.Clone();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                line[random.Next(line.Length)] = (byte)random.Next(256);
            }

            await listener.OnOutputLine(line);
        }

        listener.Words.Count.ShouldBeLessThanOrEqualTo(30);
        listener.Unread.Entries.Count.ShouldBe(50);
    }

    private static string[] Expected(string[] lines, string key) =>
        [.. lines.Where(line => line.StartsWith($"= {key}=", StringComparison.Ordinal)).Select(line => line[(key.Length + 3)..])];

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "Recorded");
}
