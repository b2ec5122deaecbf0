using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Stash.Benchmarks.Admission;

/// <summary>
/// An 11 KB pod review through the full HTTPS path, reads of the config and its Repository from the API included, against an endpoint
/// that only reads the same body. Both servers run on core 0, one after the other; the load and the API run on core 1.
/// </summary>
internal static partial class AdmissionBenchmark
{
    private const int Rounds = 3;
    private const int Seconds = 8;

    // On one core the compiler's second tier takes its share until it is through with what is hot.
    private const int WarmUpSeconds = 12;

    public static async Task RunAsync(Workspace workspace)
    {
        using var api = ApiServer.Start(1, workspace);
        var kubeconfig = await ApiServer.KubeconfigAsync(workspace);
        var script = Path.Combine(workspace.Folder, "review.lua");
        await File.WriteAllTextAsync(script, $"wrk.method = \"POST\"\nwrk.headers[\"Content-Type\"] = \"application/json\"\nwrk.body = [=[{PodReview.Body()}]=]\n");

        var (bare, review) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            bare.Add(await MeasureAsync(18551, script, Pinned.Start(
                0, Environment.ProcessPath!, ["--bare-endpoint", "18551", workspace.CertificatePath, workspace.KeyPath])));
            review.Add(await MeasureAsync(18552, script, Pinned.Start(0, Workspace.WebhookProgram,
            [
                "--port", "18552", "--metrics-port", "18553", "--tls-cert", workspace.CertificatePath, "--tls-key", workspace.KeyPath,
                "--kubeconfig", kubeconfig, "--image", "stash-runner:bench",
            ], new Dictionary<string, string> { ["Logging__LogLevel__Default"] = "Warning" })));
        }

        bare.Sort();
        review.Sort();
        var (bareMedian, reviewMedian) = (bare[Rounds / 2], review[Rounds / 2]);
        Workspace.Report("bare Kestrel endpoint, requests per second on one core", $"{bareMedian:0}", "");
        Workspace.Report($"pod review of {PodReview.Body().Length / 1024.0:0.0} KiB, requests per second on one core", $"{reviewMedian:0}", "");
        Workspace.Report("  ratio", Workspace.Ratio(reviewMedian / bareMedian), ">= 0.50");
    }

    private static async Task<double> MeasureAsync(int port, string script, Pinned server)
    {
        using (server)
        {
            await ReadyAsync(port);
            var url = $"https://127.0.0.1:{port}/mutate/pods?timeout=5s";
            await LoadAsync(url, script, WarmUpSeconds);
            return await LoadAsync(url, script, Seconds);
        }
    }

    private static async Task<double> LoadAsync(string url, string script, int seconds)
    {
        var output = await Pinned.OutputAsync(1, "wrk", ["-t1", "-c16", $"-d{seconds}s", "-s", script, url]);
        return output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal)
            ? throw new InvalidOperationException($"some requests failed:\n{output}")
            : double.Parse(RequestsPerSecond().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static async Task ReadyAsync(int port)
    {
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        using var http = new HttpClient(handler);
        var started = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                (await http.GetAsync($"https://127.0.0.1:{port}/readyz")).EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException) when (started.Elapsed < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RequestsPerSecond();
}
