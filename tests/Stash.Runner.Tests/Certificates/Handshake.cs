using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Stash.Runner.Tests.Certificates;

/// <summary>TLS as the API server speaks it to a webhook: it trusts what caBundle holds, and nothing else.</summary>
internal static class Handshake
{
    /// <summary>Why a client that trusts only <paramref name="bundle"/> refuses a server with this pair; null when it does not.</summary>
    public static async Task<string?> RefusalAsync(string certificate, string key, string bundle, string host, DateTimeOffset now, CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var serverSocket = listener.AcceptTcpClientAsync(cancellationToken).AsTask();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, cancellationToken);
        using var server = await serverSocket;
        using var pair = X509Certificate2.CreateFromPem(certificate, key);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificate);
        await using var serving = new SslStream(server.GetStream());
        await using var asking = new SslStream(client.GetStream());
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, VerificationTime = now.UtcDateTime,
            VerificationTimeIgnored = false,
        };
        policy.CustomTrustStore.ImportFromPem(bundle);
        var served = serving.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(pair, chain, offline: true) }, cancellationToken);
        try
        {
            await asking.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = host, CertificateChainPolicy = policy }, cancellationToken);
            await served;
            return null;
        }
        catch (AuthenticationException refused)
        {
            client.Close();
            await served.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return refused.Message;
        }
    }
}
