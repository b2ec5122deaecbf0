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
            using var client = PodHttp.Client();
            using var request = PodHttp.Request(hook, host, port);
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

    private static async Task<string> BeginningAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[ShownOfAnswer];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return OutputTail.Plain(buffer.AsSpan(0, length)) is { Length: > 0 } text ? $": {text}" : "";
    }
}
