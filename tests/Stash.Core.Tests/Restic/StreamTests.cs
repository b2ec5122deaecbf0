using System.Text;
using Stash.Core.Restic;

namespace Stash.Core.Tests.Restic;

public sealed class StreamTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a", new[] { "a" })]
    [InlineData("a\nb\r\n\nc", new[] { "a", "b", "", "c" })]
    [InlineData("0123456789abcdef-cut\nnext\n", new[] { "0123456789abcdef", "next" })]
    public async Task ReadAsync_GivesLines_WhenTheyComeInAnyPieces(string text, string[] expected)
    {
        for (var piece = 1; piece < 8; piece++)
        {
            var lines = new List<string>();
            await LineReader.ReadAsync(
                new Pieces(Encoding.UTF8.GetBytes(text), piece),
                16,
                line =>
                {
                    lines.Add(Encoding.UTF8.GetString(line.Span));
                    return ValueTask.CompletedTask;
                },
                TestContext.Current.CancellationToken);
            string.Join("|", lines).ShouldBe(string.Join("|", expected), $"in pieces of {piece}");
        }
    }

    [Theory]
    [InlineData("", 0, 0, false)]
    [InlineData("[]", 0, 0, false)]
    [InlineData("""[{"host":"a","keep":[{"id":"1","tags":["keep"]},{"x":{"remove":[{}]}}],"remove":null,"reasons":[{"a":1}]},{"keep":null,"remove":[{},{},{}]}]""", 2, 3, false)]
    [InlineData("""[{"keep":[{}],"remove":[{}]}]\nloading indexes...\n[0:00] 100.00%  2 / 2 snapshots\n""", 1, 1, false)]
    [InlineData("""[{"keep":[{}],"rem""", 1, 0, true)]
    [InlineData("[}{", 0, 0, true)]
    public async Task ForgetCounter_Counts_WhenTheListComesInAnyPieces(string text, long kept, long removed, bool isCut)
    {
        for (var piece = 1; piece < 8; piece++)
        {
            var counter = new ForgetCounter();
            await counter.ReadAsync(new Pieces(Encoding.UTF8.GetBytes(text.Replace("\\n", "\n")), piece), TestContext.Current.CancellationToken);
            (counter.Kept, counter.Removed, counter.IsCut).ShouldBe((kept, removed, isCut), $"in pieces of {piece}");
        }
    }

    private sealed class Pieces(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
