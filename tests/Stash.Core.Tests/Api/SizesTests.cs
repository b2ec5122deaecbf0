using Stash.Core.Api;

namespace Stash.Core.Tests.Api;

public sealed class SizesTests
{
    [Theory]
    [InlineData("0 B", 0L)]
    [InlineData("1023 B", 1023L)]
    [InlineData("2.000 KiB", 2048L)]
    [InlineData("1.5 MiB", 1572864L)]
    [InlineData("1.234 GiB", 1324997411L)]
    [InlineData("8.000 EiB", long.MaxValue)]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("12", null)]
    [InlineData("12 GB", null)]
    [InlineData("-1 B", null)]
    [InlineData("1e9 B", null)]
    [InlineData("NaN B", null)]
    [InlineData("1 2 KiB", null)]
    public void Bytes_ReadsWhatTextWrites_WhenTheTextIs(string? text, long? bytes) => Sizes.Bytes(text).ShouldBe(bytes);

    [Fact]
    public void Bytes_IsWithinAPartInTwoThousand_WhateverWasWritten()
    {
        var random = new Random(3);
        for (var i = 0; i < 1000; i++)
        {
            var bytes = random.NextInt64(1L << random.Next(1, 62));
            ((double)Sizes.Bytes(Sizes.Text(bytes))!.Value).ShouldBe(bytes, Math.Max(1.5, bytes / 2000.0), $"{bytes}");
        }
    }
}
