using System.Diagnostics;
using Stash.Runner.Certificates;

namespace Stash.Runner.Tests.Certificates;

/// <summary>What is issued, judged by openssl.</summary>
public sealed class PairIssuerTests
{
    private static readonly string Long = $"{new string('n', 60)}.{new string('s', 60)}.svc";

    public static TheoryData<string> Names => ["stash-webhook.stash-system.svc", "one.svc two.example", Long];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Issue_MakesAServersCertificate_ThatOpensslAccepts(string list)
    {
        var names = list.Split(' ');
        var folder = Directory.CreateTempSubdirectory("stash-pair-").FullName;
        var (leaf, authority, key) = (Path.Combine(folder, "leaf"), Path.Combine(folder, "authority"), Path.Combine(folder, "key"));
        try
        {
            var pair = PairIssuer.Issue(names, TimeSpan.FromDays(90), TimeProvider.System.GetUtcNow());
            await File.WriteAllTextAsync(leaf, pair.Certificate, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(authority, pair.Authority.ToPem(), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(key, pair.Key, TestContext.Current.CancellationToken);

            foreach (var name in names)
            {
                (await OpensslAsync("verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", name, "-CAfile", authority, leaf)).ShouldContain(": OK");
            }

            (await OpensslAsync("verify", "-verify_hostname", "elsewhere.svc", "-CAfile", authority, leaf)).ShouldContain("hostname mismatch");
            (await OpensslAsync("pkey", "-in", key, "-pubout")).ShouldBe(await OpensslAsync("x509", "-in", leaf, "-noout", "-pubkey"));
            (await OpensslAsync("x509", "-in", leaf, "-noout", "-text")).ShouldContain("NIST CURVE: P-256");
            pair.ToString().ShouldNotContain("PRIVATE");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> OpensslAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output + (process.ExitCode == 0 ? "" : await error);
    }
}
