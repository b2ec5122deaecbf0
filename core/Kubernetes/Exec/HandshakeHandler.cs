using System.Net;
using Stash.Core.Kubernetes.Requests;

namespace Stash.Core.Kubernetes.Exec;

/// <summary>Keeps what the server says when it refuses a WebSocket: the client of .NET would drop the body.</summary>
internal sealed class HandshakeHandler(HttpMessageInvoker shared, string address) : HttpMessageHandler
{
    private const int LongestBody = 64 * 1024;

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        var response = await shared.SendAsync(message, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.SwitchingProtocols)
        {
            return response;
        }

        using (response)
        {
            var buffer = new byte[LongestBody];
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                var length = await stream.ReadAtLeastAsync(buffer, LongestBody, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                throw Refusals.From(response.StatusCode, buffer[..length], address);
            }
        }
    }
}
