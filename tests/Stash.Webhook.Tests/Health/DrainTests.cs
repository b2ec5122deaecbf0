using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Stash.Webhook.Tests.Health;

/// <summary>The real program, as a process, before an API that knows its version and nothing else.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task Sigterm_FinishesWhatIsInFlightAndExits0_WhenAReviewIsHalfSent()
    {
        var (port, metricsPort) = (FreePort(), FreePort());
        await using var api = await StartApiAsync();
        using var certificate = new CertificateFiles();
        using var kubeconfig = new TemporaryFile(Kubeconfig(api.Urls.Single()));
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "stash-webhook"),
        [
            "--port", $"{port}", "--metrics-port", $"{metricsPort}", "--tls-cert", certificate.CertificatePath, "--tls-key", certificate.KeyPath,
            "--image", "stash-runner:1", "--kubeconfig", kubeconfig.Path, "--drain-seconds", "4",
        ]))!;
        try
        {
            await WebhookUnderTest.UntilAsync("ready", async () => await StatusAsync(port, "/readyz") == HttpStatusCode.OK);
            await using var review = await HalfSentAsync(port);

            using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
            {
                await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
            }

            await WebhookUnderTest.UntilAsync("not ready", async () => await StatusAsync(port, "/readyz") == HttpStatusCode.ServiceUnavailable);
            (await StatusAsync(port, "/healthz")).ShouldBe(HttpStatusCode.OK);
            var answer = await review.FinishAsync();
            answer.ShouldStartWith("HTTP/1.1 200 ");
            answer.ShouldContain("Connection: close");
            answer.ShouldContain("\"allowed\":true");
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
            await process.WaitForExitAsync(patience.Token);
            process.ExitCode.ShouldBe(0);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    [Fact]
    public async Task Readyz_SaysWhy_WhenTheApiHasNotAnsweredYet()
    {
        await using var webhook = await WebhookUnderTest.StartAsync(new FakeKubernetes { IsDown = true });

        using var answer = await webhook.Http.GetAsync("/readyz", TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("the Kubernetes API has not answered yet");
        webhook.Kubernetes.IsDown = false;
        await WebhookUnderTest.UntilAsync("ready once it answers", async () =>
            (await webhook.Http.GetAsync("/readyz", TestContext.Current.CancellationToken)).IsSuccessStatusCode);
    }

    private static async Task<HttpStatusCode?> StatusAsync(int port, string path)
    {
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        try
        {
            using var answer = await http.GetAsync(new Uri($"https://127.0.0.1:{port}{path}"), TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<HalfSent> HalfSentAsync(int port)
    {
        var body = Encoding.UTF8.GetBytes(Samples.PodReview(Samples.Pod(config: null)).ToJsonString());
        var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("stash-webhook");
        var head = $"POST /mutate/pods HTTP/1.1\r\nHost: stash-webhook\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n";
        await tls.WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
        await tls.WriteAsync(body.AsMemory(0, 20), TestContext.Current.CancellationToken);
        return new HalfSent(tcp, tls, body.AsMemory(20));
    }

    private static async Task<WebApplication> StartApiAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--urls", "http://127.0.0.1:0"] });
        var api = builder.Build();
        api.MapGet("/version", (HttpContext context) =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync("""{"major":"1","minor":"36","gitVersion":"v1.36.0"}""");
        });
        await api.StartAsync(TestContext.Current.CancellationToken);
        return api;
    }

    private static string Kubeconfig(string server) => $$$"""
        {
          "apiVersion": "v1", "kind": "Config", "current-context": "test",
          "clusters": [{"name": "test", "cluster": {"server": "{{{server}}}"}}],
          "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
          "users": [{"name": "test", "user": {"token": "t"}}]
        }
        """;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed class HalfSent(TcpClient tcp, SslStream tls, ReadOnlyMemory<byte> rest) : IAsyncDisposable
    {
        public async Task<string> FinishAsync()
        {
            await tls.WriteAsync(rest, TestContext.Current.CancellationToken);
            using var reader = new StreamReader(tls, leaveOpen: true);
            return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await tls.DisposeAsync();
            tcp.Dispose();
        }
    }

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(string text) => File.WriteAllText(Path, text);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
