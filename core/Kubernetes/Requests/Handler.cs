using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Stash.Core.Kubernetes.Connection;

namespace Stash.Core.Kubernetes.Requests;

/// <summary>Makes the one HTTP handler that requests, streams and exec share.</summary>
internal static class Handler
{
    /// <summary>A handler with the connection's trust and identity; the caller disposes it.</summary>
    public static SocketsHttpHandler Create(ClusterConnection connection)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            ConnectTimeout = TimeSpan.FromSeconds(15),
            ConnectCallback = DialAsync,
            SslOptions = Tls(connection),
        };
        if (connection.Proxy is { } proxy)
        {
            handler.Proxy = new WebProxy(proxy);
        }

        return handler;
    }

    private static SslClientAuthenticationOptions Tls(ClusterConnection connection)
    {
        var options = new SslClientAuthenticationOptions
        {
            ClientCertificateContext = connection.ClientCertificate,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (connection.SkipTlsVerify)
        {
#pragma warning disable CA5359 // insecure-skip-tls-verify asks for exactly this
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (connection.Authorities is { } authorities)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        return options;
    }

    /// <summary>TCP keep-alive finds a peer that died under a watch or an exec, where nothing else would be sent for hours.</summary>
    private static async ValueTask<Stream> DialAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 4);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
