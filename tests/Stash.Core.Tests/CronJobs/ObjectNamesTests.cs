using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Stash.Core.CronJobs;

namespace Stash.Core.Tests.CronJobs;

public sealed partial class ObjectNamesTests
{
    private static readonly Gen<string> Names =
        from length in Gen.Choose(1, 253)
        from seed in Gen.Choose(0, int.MaxValue)
        select Name(length, seed);

    [Theory]
    [InlineData("BackupConfiguration", "db", "stash-bc-db")]
    [InlineData("BackupBatch", "db", "stash-bb-db")]
    [InlineData("BackupConfiguration", "a.b", "stash-bc-a.b")]
    public void CronJob_KeepsTheName_WhenItFits(string kind, string name, string expected) =>
        ObjectNames.CronJob(kind, name).ShouldBe(expected);

    [Theory]
    [InlineData(42, 51)]
    [InlineData(43, 52)]
    [InlineData(253, 52)]
    public void CronJob_HasALengthThatTellsCutNamesFromWholeOnes_WhateverTheNamesLength(int length, int expected) =>
        ObjectNames.CronJob("BackupConfiguration", new string('a', length)).Length.ShouldBe(expected);

    [Fact]
    public void CronJob_DropsWhatNoLabelEndsWith_WhenItIsCutThere()
    {
        var name = ObjectNames.CronJob("BackupConfiguration", new string('a', 31) + "-." + new string('b', 40));

        name.ShouldMatch("^stash-bc-a{31}-[0-9a-f]{11}$");
    }

    [Fact]
    public void CronJob_IsNeverTaken_ByAConfigThatIsNamedLikeACutOne()
    {
        var cut = ObjectNames.CronJob("BackupConfiguration", new string('a', 60));

        ObjectNames.CronJob("BackupConfiguration", cut["stash-bc-".Length..]).ShouldNotBe(cut);
    }

    [Fact]
    public void CronJob_Throws_WhenTheKindHasNone() =>
        Should.Throw<ArgumentException>(() => ObjectNames.CronJob("Repository", "r"));

    [Fact]
    public void CronJob_IsValidAndUnique_ForAnyNames() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(Names.Two().ToArbitrary(), pair =>
        {
            var (one, other) = (ObjectNames.CronJob("BackupConfiguration", pair.Item1), ObjectNames.CronJob("BackupConfiguration", pair.Item2));
            return one.Length <= 52 && Subdomain().IsMatch(one) && (pair.Item1 == pair.Item2 || one != other)
                && ObjectNames.CronJob("BackupBatch", pair.Item1) != one;
        }));

    [Fact]
    public void LabelValue_IsValidAndUnique_ForAnyNames() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(Names.Two().ToArbitrary(), pair =>
        {
            var (one, other) = (ObjectNames.LabelValue(pair.Item1), ObjectNames.LabelValue(pair.Item2));
            return one.Length <= 63 && Label().IsMatch(one) && (pair.Item1 == pair.Item2 || one != other);
        }));

    /// <summary>A DNS-1123 subdomain; few different letters, so that names with a common beginning are common.</summary>
    private static string Name(int length, int seed)
    {
        var random = new System.Random(seed);
        var name = new char[length];
        for (var i = 0; i < length; i++)
        {
            var bound = i == 0 || i == length - 1 || name[i - 1] is '.' or '-';
            name[i] = bound ? 'a' : "aaaab-."[random.Next(7)];
        }

        return new string(name);
    }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Subdomain();

    [GeneratedRegex("^[a-z0-9]([-_.a-z0-9]*[a-z0-9])?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Label();
}
