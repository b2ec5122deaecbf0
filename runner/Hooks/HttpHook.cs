using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Runner.Run;

namespace Stash.Runner.Hooks;

/// <summary>
/// Asks a host by HTTP or HTTPS as a kubelet's probe does: no proxy, certificates are not judged, an answer below 400 is success. Redirects
/// are not followed. Neither path nor headers nor body, which may hold a token, are told anywhere.
/// </summary>
internal static class HttpHook
{
    private const int ShownOfAnswer = 256;

    /// <summary>Asks.</summary>
    /// <param name="hook">A hook with httpGet or httpPost.</param>
    /// <param name="host">Name or address.</param>
    /// <param name="port">Port.</param>
    /// <param name="left">The hook's time.</param>
    /// <returns>Null when the answer is below 400.</returns>
    public static async Task<NamedFailure?> RunAsync(Hook hook, string host, int port, HookTime left)
    {
        var place = FormattableString.Invariant($"{(hook.HttpPost is null ? "GET" : "POST")} {host}:{port}");
        try
        {
            using var client = Client();
            using var request = Request(hook, host, port);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, left.Token);
            var code = (int)response.StatusCode;
            return code < 400
                ? null
                : new NamedFailure(FailureCodes.HookFailed, FormattableString.Invariant($"{place} answered {code} {response.ReasonPhrase}{await BeginningAsync(response, left.Token)}"));
        }
        catch (OperationCanceledException) when (left.IsOver)
        {
            return new NamedFailure(FailureCodes.HookTimedOut, $"{place} did not answer within {left.Words}; raise the hook's timeout if it needs longer");
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or UriFormatException or FormatException)
        {
            return new NamedFailure(FailureCodes.HookFailed, $"{place}: {lost.GetBaseException().Message}");
        }
    }

    [SuppressMessage("Security", "CA5359", Justification = "Pods' certificates are rarely made for their addresses; a kubelet's probes do not judge them either.")]
    [SuppressMessage("Meziantou", "MA0039", Justification = "As above.")]
    private static HttpClient Client()
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private static HttpRequestMessage Request(Hook hook, string host, int port)
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

    private static async Task<string> BeginningAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[ShownOfAnswer];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return OutputTail.Plain(buffer.AsSpan(0, length)) is { Length: > 0 } text ? $": {text}" : "";
    }
}
