using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Stash.Benchmarks.Admission;

/// <summary>The yardstick: Kestrel over TLS with one endpoint that reads the body and answers a few bytes.</summary>
internal static class BareEndpoint
{
    public static async Task ServeAsync(int port, string certificatePath, string keyPath)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHttps(X509Certificate2.CreateFromPemFile(certificatePath, keyPath));
        }));
        await using var app = builder.Build();
        app.MapPost("/mutate/pods", ReadBodyAsync);
        app.MapGet("/readyz", () => "ok");
        await app.RunAsync();
    }

    private static async Task ReadBodyAsync(HttpContext context)
    {
        while (true)
        {
            var read = await context.Request.BodyReader.ReadAsync(context.RequestAborted);
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        await context.Response.WriteAsync("{}");
    }
}
