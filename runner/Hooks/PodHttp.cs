using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Runner.Run;

namespace Stash.Runner.Hooks;

/// <summary>
/// HTTP to pods as a kubelet's probes speak it: no proxy, certificates are not judged, redirects are not followed.
/// </summary>
internal static class PodHttp
{
    private const int SecondsOfSilence = 30;
    private const int SecondsBetweenProbes = 10;
    private const int MostProbes = 6;

    /// <summary>A client that waits without a limit of its own; a peer that vanishes is noticed all the same.</summary>
    [SuppressMessage("Security", "CA5359", Justification = "Pods' certificates are rarely made for their addresses; a kubelet's probes do not judge them either.")]
    [SuppressMessage("Meziantou", "MA0039", Justification = "As above.")]
    public static HttpClient Client()
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectCallback = ConnectAsync };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The request of a hook with httpGet or httpPost.</summary>
    /// <param name="hook">The hook.</param>
    /// <param name="host">Name or address.</param>
    /// <param name="port">Port.</param>
    /// <exception cref="UriFormatException">These make no address.</exception>
    /// <exception cref="FormatException">A header is none.</exception>
    public static HttpRequestMessage Request(Hook hook, string host, int port)
    {
        var (path, scheme) = hook.HttpPost is { } post
            ? (post.Path, post.Scheme)
            : (hook.HttpGet.Text("path"), hook.HttpGet.Text("scheme"));
        var authority = host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') ? $"[{host}]" : host;
        var address = FormattableString.Invariant($"{(scheme == "HTTPS" ? "https" : "http")}://{authority}:{port}{path}");
        var request = new HttpRequestMessage(hook.HttpPost is null ? HttpMethod.Get : HttpMethod.Post, new Uri(address)) { Content = Content(hook.HttpPost) };
        request.Headers.UserAgent.ParseAdd("stash-run");
        var headers = hook.HttpPost is { } given
            ? (given.HttpHeaders ?? []).Select(h => (h.Name, h.Value))
            : hook.HttpGet.Objects("httpHeaders").Select(h => (Name: h.Text("name"), Value: h.Text("value")));
        foreach (var (name, value) in headers)
        {
            Add(request, name ?? "", value ?? "");
        }

        return request;
    }

    private static void Add(HttpRequestMessage request, string name, string value)
    {
        if (value.AsSpan().ContainsAny('\r', '\n'))
        {
            throw new FormatException($"the value of header {name} has a line break in it");
        }

        if (name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase))
        {
            request.Headers.UserAgent.Clear();
        }

        if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
        {
            request.Content?.Headers.Remove(name);
        }

        if (!request.Headers.TryAddWithoutValidation(name, value) && request.Content?.Headers.TryAddWithoutValidation(name, value) == false)
        {
            throw new FormatException($"{name} is no header");
        }
    }

    private static ByteArrayContent? Content(HttpPostAction? post)
    {
        if (post is null)
        {
            return null;
        }

        if (post.Form is { Count: > 0 } form)
        {
            var fields = form.SelectMany(entry => (entry.Values ?? []).Select(value => $"{WebUtility.UrlEncode(entry.Key)}={WebUtility.UrlEncode(value)}"));
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(string.Join('&', fields)));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
            return content;
        }

        return new ByteArrayContent(Encoding.UTF8.GetBytes(post.Body ?? ""));
    }

    // An answer may come after hours: a node that is gone by then would never say so.
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, SecondsOfSilence);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, SecondsBetweenProbes);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, MostProbes);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
