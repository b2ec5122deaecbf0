using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Kubelet.Sandbox;

namespace Stash.LocalCluster.Kubelet.Lifecycle;

/// <summary>One of a container's probes, or the action of a lifecycle hook.</summary>
internal sealed class Probe(JsonObject spec, JsonObject container)
{
#pragma warning disable CA5359 // The kubelet does not look at certificates either. And no probe may leave the machine through a proxy.
    private static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.Zero,
        SslOptions = new() { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
    });
#pragma warning restore CA5359

    /// <summary>Wait before the first try.</summary>
    public TimeSpan InitialDelay => Seconds("initialDelaySeconds", 0);

    /// <summary>Wait between tries.</summary>
    public TimeSpan Period => Seconds("periodSeconds", 10);

    /// <summary>Failures in a row that count.</summary>
    public int FailureThreshold => (int)(spec.Number("failureThreshold") ?? 3);

    /// <summary>Successes in a row that count.</summary>
    public int SuccessThreshold => (int)(spec.Number("successThreshold") ?? 1);

    private TimeSpan Timeout => Seconds("timeoutSeconds", 1);

    /// <summary>Tries once; null is a success, else what went wrong.</summary>
    public Task<string?> TryAsync(SandboxProcess sandbox, CancellationToken cancellationToken) => TryAsync(sandbox, Timeout, cancellationToken);

    /// <summary>Tries once within <paramref name="timeout"/>; null is a success, else what went wrong.</summary>
    public async Task<string?> TryAsync(SandboxProcess sandbox, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return spec.At("exec") is { } exec ? await ExecAsync(sandbox, exec.Texts("command"), either.Token)
                : spec.At("httpGet") is { } get ? await GetAsync(get, either.Token)
                : spec.At("tcpSocket") is { } tcp ? await ConnectAsync(tcp, either.Token)
                : spec.At("sleep") is { } sleep ? await SleepAsync(sleep, either.Token)
                : "the local cluster knows exec, httpGet and tcpSocket probes";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"timed out after {timeout.TotalSeconds}s");
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException or SocketException)
        {
            return failure.Message;
        }
    }

    private static async Task<string?> ExecAsync(SandboxProcess sandbox, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        var both = Stream.Synchronized(output);
        var code = await SandboxExec.RunAsync(sandbox, command, new ExecStreams(null, both, both, false), killWhenCancelled: true, cancellationToken);
        return code == 0 ? null : string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"exit code {code}: {Encoding.UTF8.GetString(output.ToArray()).Trim()}");
    }

    private static async Task<string?> SleepAsync(JsonNode sleep, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(sleep.Number("seconds") ?? 0), TimeProvider.System, cancellationToken);
        return null;
    }

    private async Task<string?> GetAsync(JsonNode get, CancellationToken cancellationToken)
    {
        var scheme = (get.Text("scheme") ?? "HTTP").ToLowerInvariant();
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri($"{scheme}://{get.Text("host") ?? PodField.Address}:{Port(get)}{get.Text("path") ?? "/"}"));
        request.Headers.TryAddWithoutValidation("User-Agent", "kube-probe/1.36");
        foreach (var header in get.Objects("httpHeaders"))
        {
            request.Headers.TryAddWithoutValidation(header.Text("name")!, header.Text("value"));
        }

        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        var code = (int)response.StatusCode;
        return code is >= 200 and < 400
            ? null
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"HTTP probe failed with statuscode: {code}");
    }

    private async Task<string?> ConnectAsync(JsonNode tcp, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(tcp.Text("host") ?? PodField.Address, Port(tcp), cancellationToken);
        return null;
    }

    private int Port(JsonNode action) => (int)(action.Number("port")
        ?? container.Objects("ports").FirstOrDefault(port => port.Text("name") == action.Text("port")).Number("containerPort")
        ?? 0);

    private TimeSpan Seconds(string name, int fallback) => TimeSpan.FromSeconds(spec.Number(name) ?? fallback);
}
