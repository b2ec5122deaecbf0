using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Stash.Webhook.Tests.Metrics;

/// <summary>
/// A collector on real sockets: OTLP over http/protobuf and over gRPC
/// (<see href="https://opentelemetry.io/docs/specs/otlp/"/>), with a Kubernetes API beside it that has one config.
/// </summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication app;

    private OtlpCollector(WebApplication app) => this.app = app;

    public string Http => app.Urls.First();

    public string Grpc => app.Urls.Last();

    /// <summary>Messages that came: the path, and the bytes as Latin-1, in which names can be found.</summary>
    public ConcurrentQueue<(string Path, string Message)> Received { get; } = new();

    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        var collector = new OtlpCollector(app);
        app.Run(collector.AnswerAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Method == "GET")
        {
            await context.Response.WriteAsJsonAsync(Api(context.Request.Path));
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var isGrpc = context.Request.ContentType == "application/grpc";
        Received.Enqueue((context.Request.Path, Encoding.Latin1.GetString(isGrpc ? Message(body.ToArray()) : body.ToArray())));
        context.Response.ContentType = context.Request.ContentType;
        if (isGrpc)
        {
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(new byte[5]);
            context.Response.AppendTrailer("grpc-status", "0");
        }
    }

    private static byte[] Message(byte[] frame)
    {
        var message = frame.AsSpan(5, (int)BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(1))).ToArray();
        if (frame[0] == 0)
        {
            return message;
        }

        using var plain = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(message), CompressionMode.Decompress);
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    private static object Api(string path) => path.EndsWith("/version", StringComparison.Ordinal)
        ? new { major = "1", minor = "36", gitVersion = "v1.36.0" }
        : path.EndsWith("/backupconfigurations", StringComparison.Ordinal)
            ? List("BackupConfigurationList", HealthSamples.Config("weekdays", "\"schedule\": \"0 3 * * 1-5\"", "\"lastResult\": \"Succeeded\""))
            : List("RepositoryList");

    private static object List(string kind, params object[] items) => new { apiVersion = "v1", kind, metadata = new { }, items };
}
