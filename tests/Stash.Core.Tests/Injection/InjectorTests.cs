using Stash.Core.Injection;

namespace Stash.Core.Tests.Injection;

public sealed class InjectorTests
{
    public static TheoryData<string> Cases() => [.. GoldenCase.Names()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decide_GivesWhatIsExpected_WhenGivenACase(string name)
    {
        var golden = GoldenCase.Named(name);

        var actual = golden.Actual(Injector.Decide(golden.Request()));

        actual.ShouldBe(golden.Expected());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decide_MakesAValidPod_WhenItPatches(string name)
    {
        var golden = GoldenCase.Named(name);
        if (Injector.Decide(golden.Request()).Patch is not { } patch)
        {
            return;
        }

        var pod = PodRules.Apply(golden.Pod(), patch);

        PodRules.Faults(pod).ShouldBeEmpty();
        if (!name.Contains("unrestricted", StringComparison.Ordinal))
        {
            PodRules.Unrestricted(PodRules.Sidecar(pod)).ShouldBeEmpty();
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decide_SkipsAsAlreadyInjected_WhenThePatchedPodComesBack(string name)
    {
        var golden = GoldenCase.Named(name);
        if (Injector.Decide(golden.Request()).Patch is not { } patch)
        {
            return;
        }

        var again = Injector.Decide(golden.Request(PodRules.Apply(golden.Pod(), patch)));

        again.Skip.ShouldNotBeNull().Code.ShouldBe(SkipReasons.AlreadyInjected.Code);
        again.Patch.ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decide_LeavesThePodAsItIs_WhateverItDecides(string name)
    {
        var golden = GoldenCase.Named(name);
        var request = golden.Request();
        var before = request.Pod.ToJsonString();

        Injector.Decide(request);

        request.Pod.ToJsonString().ShouldBe(before);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decide_KeepsWarningsUnder120Characters_WhateverItDecides(string name)
    {
        var golden = GoldenCase.Named(name);

        Injector.Decide(golden.Request()).Warnings.ShouldAllBe(warning => warning.Length < 120);
    }

    [Fact]
    public void Cases_CoverEverySkipReason_ButThatOfTheWebhook()
    {
        var seen = GoldenCase.Names().Select(name => Injector.Decide(GoldenCase.Named(name).Request()).Skip?.Code).OfType<string>();

        SkipReasons.All.Select(reason => reason.Code).Except(seen, StringComparer.Ordinal).ShouldBe([SkipReasons.ApiUnavailable.Code]);
    }
}
