using Stash.Core.Kubernetes;

namespace Stash.EndToEnd.Tests.Install;

/// <summary>From self-signed to cert-manager and back, with somebody who writes configs all the time. Here the test issues, as cert-manager would.</summary>
public sealed class HandOverTests
{
    private const string Kinds = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: PLURAL.cert-manager.io}
        spec:
          group: cert-manager.io
          scope: Namespaced
          names: {plural: PLURAL, singular: SINGULAR, kind: KIND, listKind: KINDList}
          versions:
          - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true} } }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HandOver_RefusesNoConfig_InEitherDirection()
    {
        await using var installation = await Installation.StartAsync();
        await installation.InstallAsync();
        await installation.ApplyAsync(Ledger.Backup(Ledger.ClaimedVolume, ""));
        await installation.ApplyAsync(Kinds.Replace("PLURAL", "issuers", StringComparison.Ordinal).Replace("SINGULAR", "issuer", StringComparison.Ordinal).Replace("KIND", "Issuer", StringComparison.Ordinal));
        await installation.ApplyAsync(Kinds.Replace("PLURAL", "certificates", StringComparison.Ordinal).Replace("SINGULAR", "certificate", StringComparison.Ordinal).Replace("KIND", "Certificate", StringComparison.Ordinal));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var writing = WriteAsync(installation, stop.Token);

        await installation.ApplyAsync(await installation.ManifestsAsync("cert-manager"));
        var issued = await IssueAsync(installation);
        await installation.UntilAsync("what was issued is served", async () => await ServedAsync(installation) == issued);
        await installation.ApplyAsync(await installation.ManifestsAsync("default"));
        (await installation.RunAsync(Installation.Namespace, "stash-certificates")).ShouldBe("Complete", await installation.LogsAsync(Installation.Namespace));

        (await ServedAsync(installation)).ShouldNotBe(issued);
        // Long enough for the kubelet to bring the last one, and for the webhook to change over.
        await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System, Token);
        await stop.CancelAsync();
        (await writing).ShouldBeGreaterThan(20);
    }

    /// <summary>Changes a config again and again, which the webhook has to let pass; gives how often.</summary>
    private static async Task<int> WriteAsync(Installation installation, CancellationToken stop)
    {
        for (var count = 0; ; count++)
        {
            if (stop.IsCancellationRequested)
            {
                return count;
            }

            await installation.Client.MergePatchAsync(ResourceTypes.BackupConfigurations, Ledger.Namespace, "ledger", new()
            {
                ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["annotations"] = new System.Text.Json.Nodes.JsonObject { ["count"] = $"{count}" } },
            }, null, Token);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }
    }

    private static async Task<string?> ServedAsync(Installation installation) =>
        (string?)(await installation.Client.GetAsync(ResourceTypes.Secrets, Installation.Namespace, "stash-webhook-tls", Token))["data"]!["tls.crt"];

    private static async Task<string> IssueAsync(Installation installation)
    {
        var folder = Directory.CreateTempSubdirectory("stash-issued-").FullName;
        try
        {
            await Programs.RunAsync("bash", ["-ec", """
                cd "$1"
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=ca -addext keyUsage=keyCertSign -keyout ca.key -out ca.crt
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=webhook -keyout tls.key -out tls.csr
                openssl x509 -req -in tls.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 1 -out tls.crt \
                  -extfile <(echo subjectAltName=DNS:stash-webhook.stash-system.svc)
                """, "issue", folder], new Dictionary<string, string>(), Token);
            (await installation.KubectlAsync(
                ["create", "secret", "generic", "stash-webhook-issued", "-n", Installation.Namespace, "--type=kubernetes.io/tls",
                 $"--from-file={folder}/tls.crt", $"--from-file={folder}/tls.key", $"--from-file={folder}/ca.crt"])).Succeeded();
            return Convert.ToBase64String(await File.ReadAllBytesAsync(Path.Combine(folder, "tls.crt"), Token));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
