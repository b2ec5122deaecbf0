using Stash.Core.Kubernetes;
using Stash.Runner.Certificates;

namespace Stash.Runner.Tests.Certificates;

public sealed class RotationTests
{
    private const int MoreWritesThanAny = 12;
    private const string IssuedSecret = "stash-webhook-issued";
    private static readonly CertificateSettings Own = new() { Namespace = TrustScene.Namespace, Names = [TrustScene.Host] };
    private static readonly CertificateSettings Issued = Own with { IssuedSecret = IssuedSecret };

    public static TheoryData<string> Occasions =>
    [
        "first", "renewal", "asked for", "Secret lost", "key spoiled", "another name", "handed to cert-manager", "handed back", "cert-manager renews",
    ];

    /// <summary>Killed after its first write, its second and so on; each time somebody else goes on an hour later, or at once.</summary>
    [Theory]
    [MemberData(nameof(Occasions))]
    public async Task Keep_IsTrustedAllTheTime_WhereverItIsKilled(string occasion)
    {
        await using var scene = await TrustScene.StartAsync();
        var killed = 0;
        for (var write = 1; write <= MoreWritesThanAny; write++)
        {
            await scene.RegisterAsync();
            var settings = await PrepareAsync(scene, occasion);
            var before = TrustScene.Data(await scene.SecretAsync(), "tls.crt");
            var end = await scene.KeepAsync(settings, write);
            if (end is null)
            {
                killed++;
                await scene.PassAsync(TimeSpan.FromSeconds(write % 2 == 0 ? 3600 : 2));
                (await scene.KeepAsync(settings)).ShouldBe(ExitCodes.Done);
            }

            var after = await scene.SecretAsync();
            TrustScene.Data(after, "tls.crt").ShouldNotBe(before, $"killed after write {write}");
            await scene.PassAsync(TimeSpan.FromMinutes(3));
            await ForgetAsync(scene, settings);
            if (end is not null)
            {
                break;
            }
        }

        scene.Refusals.ShouldBeEmpty();
        scene.Handshakes.ShouldBeGreaterThan(killed);
        killed.ShouldBeInRange(2, MoreWritesThanAny - 1, "no kill, or a write was left untried");
    }

    /// <summary>Shows that the check above can fail.</summary>
    [Theory]
    [InlineData(0, 60)]
    [InlineData(15, 0)]
    public async Task Keep_IsRefused_WhenItDoesNotWait(int settleSeconds, int overlapMinutes)
    {
        var hasty = Own with { Settle = TimeSpan.FromSeconds(settleSeconds), Overlap = TimeSpan.FromMinutes(overlapMinutes) };
        await using var scene = await TrustScene.StartAsync();
        await scene.RegisterAsync();
        await scene.KeepAsync(hasty);
        await scene.PassAsync(TimeSpan.FromDays(61));

        await scene.KeepAsync(hasty);
        await scene.PassAsync(TimeSpan.FromSeconds(1));
        await scene.KeepAsync(hasty);

        scene.Refusals.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Keep_WritesNothing_WhenNothingIsDue()
    {
        await using var scene = await TrustScene.StartAsync();
        await scene.RegisterAsync();
        await scene.KeepAsync(Own);
        await scene.PassAsync(TimeSpan.FromDays(59));
        await ForgetAsync(scene, Own);
        var before = (string?)(await scene.SecretAsync())!["metadata"]!["resourceVersion"];

        (await scene.KeepAsync(Own, killedAfter: 1)).ShouldBe(ExitCodes.Done);

        ((string?)(await scene.SecretAsync())!["metadata"]!["resourceVersion"]).ShouldBe(before);
    }

    [Fact]
    public async Task Keep_TrustsARegistration_WhenItWasAppliedAnew()
    {
        await using var scene = await TrustScene.StartAsync();
        await scene.RegisterAsync();
        await scene.KeepAsync(Own);
        foreach (var (type, name) in Registration.All)
        {
            await scene.Client.DeleteAsync(type, null, name, null, TestContext.Current.CancellationToken);
        }

        await scene.RegisterAsync();

        (await scene.KeepAsync(Own)).ShouldBe(ExitCodes.Done);
        (await scene.BundlesAsync()).ShouldAllBe(bundle => bundle.Length > 0);
        scene.Refusals.ShouldBeEmpty();
    }

    [Fact]
    public async Task Keep_ServesTheSecretAndTriesAgain_WhenARegistrationIsMissing()
    {
        await using var scene = await TrustScene.StartAsync();

        (await scene.KeepAsync(Own)).ShouldBe(ExitCodes.TryAgain);

        TrustScene.Data(await scene.SecretAsync(), "tls.crt").ShouldContain("BEGIN CERTIFICATE");
    }

    [Fact]
    public async Task Keep_LeavesTheSecretAlone_WhenCertManagerWritesIt()
    {
        await using var scene = await TrustScene.StartAsync();
        await scene.RegisterAsync();
        await scene.IssueAsync("stash-webhook-tls");
        await scene.Client.MergePatchAsync(
            ResourceTypes.Secrets, TrustScene.Namespace, "stash-webhook-tls",
            new() { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["annotations"] = new System.Text.Json.Nodes.JsonObject { ["cert-manager.io/certificate-name"] = "mine" } } },
            null, TestContext.Current.CancellationToken);

        (await scene.KeepAsync(Own, killedAfter: 1)).ShouldBe(ExitCodes.FailedForGood);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Keep_GoesOnServingWhatThereIs_WhenCertManagerHasIssuedNothingThatServes(bool issuedForAnother)
    {
        await using var scene = await TrustScene.StartAsync();
        await scene.RegisterAsync();
        await scene.KeepAsync(Own);
        var before = TrustScene.Data(await scene.SecretAsync(), "tls.crt");
        if (issuedForAnother)
        {
            await scene.IssueAsync(IssuedSecret, ["elsewhere.svc"]);
        }

        (await scene.KeepAsync(Issued)).ShouldBe(ExitCodes.TryAgain);

        TrustScene.Data(await scene.SecretAsync(), "tls.crt").ShouldBe(before);
        scene.Refusals.ShouldBeEmpty();
    }

    /// <summary>Brings the scene to where the occasion begins, and says what the program is started with then.</summary>
    private static async Task<CertificateSettings> PrepareAsync(TrustScene scene, string occasion)
    {
        if (occasion == "first")
        {
            // A bare cluster: nobody serves, nobody trusts.
            foreach (var (type, name) in Registration.All)
            {
                await scene.Client.DeleteAsync(type, null, name, null, TestContext.Current.CancellationToken);
            }

            await scene.Client.DeleteAsync(ResourceTypes.Secrets, TrustScene.Namespace, "stash-webhook-tls", null, TestContext.Current.CancellationToken);
            await scene.RegisterAsync();
            scene.Forget();
            return Own;
        }

        if (occasion is "handed back" or "cert-manager renews")
        {
            await scene.IssueAsync(IssuedSecret);
            (await scene.KeepAsync(Issued)).ShouldBe(ExitCodes.Done);
            await scene.IssueAsync(IssuedSecret);
            return occasion == "handed back" ? Own : Issued;
        }

        (await scene.KeepAsync(Own)).ShouldBe(ExitCodes.Done);
        switch (occasion)
        {
            case "renewal":
                await scene.PassAsync(TimeSpan.FromDays(61));
                return Own;
            case "asked for":
                await scene.PassAsync(TimeSpan.FromMinutes(10));
                return Own with { RenewServedBefore = scene.Time.GetUtcNow() };
            case "handed to cert-manager":
                await scene.IssueAsync(IssuedSecret);
                return Issued;
            case "another name":
                return Own with { Names = [TrustScene.Host, $"a{Guid.NewGuid():N}.svc"] };
            case "key spoiled":
                await scene.SpoilAsync();
                return Own;
            case "Secret lost":
                await scene.Client.DeleteAsync(ResourceTypes.Secrets, TrustScene.Namespace, "stash-webhook-tls", null, TestContext.Current.CancellationToken);
                return Own;
            default:
                return Own;
        }
    }

    private static async Task ForgetAsync(TrustScene scene, CertificateSettings settings)
    {
        await scene.PassAsync(settings.Overlap);
        (await scene.KeepAsync(settings)).ShouldBe(ExitCodes.Done);
        var certificate = TrustScene.Data(await scene.SecretAsync(), "ca.crt");
        (await scene.BundlesAsync()).ShouldAllBe(bundle => bundle == certificate);
        certificate.Split("BEGIN CERTIFICATE").Length.ShouldBe(2, "only the authority of what is served is trusted in the end");
    }
}
