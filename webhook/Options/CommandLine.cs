using System.Globalization;
using System.Text;

namespace Stash.Webhook.Options;

/// <summary>Reads options from the command line and, where that is silent, from the environment.</summary>
internal static class CommandLine
{
    private sealed record Setting(string Flag, string Variable, string Default, string Meaning);

    private static readonly Setting Port = new("--port", "STASH_WEBHOOK_PORT", "8443", "HTTPS port of admission and health");
    private static readonly Setting MetricsPort = new("--metrics-port", "STASH_METRICS_PORT", "8080", "plain HTTP port of /metrics");
    private static readonly Setting MetricsLimit =
        new("--metrics-limit", "STASH_METRICS_LIMIT", "1000", "most configs, and most Repositories, that /metrics shows");
    private static readonly Setting Certificate = new("--tls-cert", "STASH_TLS_CERT", "", "PEM file of the certificate; watched (required)");
    private static readonly Setting Key = new("--tls-key", "STASH_TLS_KEY", "", "PEM file of its private key; watched (required)");
    private static readonly Setting Image = new("--image", "STASH_RUNNER_IMAGE", "", "image of the sidecar (required)");
    private static readonly Setting PullPolicy =
        new("--image-pull-policy", "STASH_IMAGE_PULL_POLICY", "", "Always, IfNotPresent or Never; default: Kubernetes'");
    private static readonly Setting Sidecar = new("--sidecar", "STASH_SIDECAR", "auto", "auto, native or classic, where a pod does not say");
    private static readonly Setting Kubeconfig = new("--kubeconfig", "KUBECONFIG", "", "kubeconfig file; default: the pod's service account");
    private static readonly Setting Drain = new("--drain-seconds", "STASH_DRAIN_SECONDS", "5", "how long to go on serving after SIGTERM");
    private static readonly Setting SyncJob =
        new("--sync-job-template", "STASH_SYNC_JOB_TEMPLATE", "", "file with the Job that runs sync after a change; default: sync comes by its schedule");
    private static readonly Setting LogFormat = new("--log-format", "STASH_LOG_FORMAT", "text", "text or json");

    private static readonly Setting[] All = [Port, MetricsPort, MetricsLimit, Certificate, Key, Image, PullPolicy, Sidecar, Kubeconfig, Drain, SyncJob, LogFormat];

    /// <summary>Reads them; every fault is told at once.</summary>
    public static CommandOutcome Read(IReadOnlyList<string> args, Func<string, string?> environment)
    {
        if (args.Contains("--help", StringComparer.Ordinal) || args.Contains("-h", StringComparer.Ordinal))
        {
            return new CommandOutcome(null, Help(), 0);
        }

        var faults = new List<string>();
        var given = Given(args, faults);
        string Value(Setting setting) =>
            given.TryGetValue(setting.Flag, out var value) ? value
            : environment(setting.Variable) is { Length: > 0 } inherited ? inherited
            : setting.Default;
        var options = new WebhookOptions
        {
            Port = Number(Port, Value(Port), 65535, faults),
            MetricsPort = Number(MetricsPort, Value(MetricsPort), 65535, faults),
            MetricsLimit = Number(MetricsLimit, Value(MetricsLimit), 100_000, faults),
            CertificatePath = Required(Certificate, Value(Certificate), faults),
            KeyPath = Required(Key, Value(Key), faults),
            Image = Required(Image, Value(Image), faults),
            ImagePullPolicy = OneOf(PullPolicy, Value(PullPolicy), ["", "Always", "IfNotPresent", "Never"], faults) is { Length: > 0 } policy ? policy : null,
            Sidecar = OneOf(Sidecar, Value(Sidecar), ["auto", "native", "classic"], faults) switch
            {
                "native" => SidecarMode.Native,
                "classic" => SidecarMode.Classic,
                _ => SidecarMode.Auto,
            },
            // From the environment it may be a list of files, which the client reads by itself.
            Kubeconfig = given.GetValueOrDefault(Kubeconfig.Flag),
            DrainPeriod = TimeSpan.FromSeconds(Number(Drain, Value(Drain), 600, faults)),
            SyncJobTemplate = Value(SyncJob) is { Length: > 0 } template ? template : null,
            JsonLogs = OneOf(LogFormat, Value(LogFormat), ["text", "json"], faults) == "json",
        };
        if (options.Port != 0 && options.Port == options.MetricsPort)
        {
            faults.Add($"{Port.Flag} and {MetricsPort.Flag} are both {options.Port}: they need a port each");
        }

        return faults.Count == 0
            ? new CommandOutcome(options, "", 0)
            : new CommandOutcome(null, string.Join('\n', faults.Select(fault => $"stash-webhook: {fault}")) + "\nstash-webhook: --help lists the options", 2);
    }

    private static Dictionary<string, string> Given(IReadOnlyList<string> args, List<string> faults)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Count; i++)
        {
            var (flag, value) = args[i].Split('=', 2) is [var before, var after] ? (before, after) : (args[i], null);
            if (!All.Any(setting => setting.Flag == flag))
            {
                faults.Add($"{flag} is not an option");
            }
            else if (value is null && i + 1 == args.Count)
            {
                faults.Add($"{flag} needs a value");
            }
            else if (!given.TryAdd(flag, value ?? args[++i]))
            {
                faults.Add($"{flag} is given twice");
            }
        }

        return given;
    }

    private static int Number(Setting setting, string text, int largest, List<string> faults)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= largest)
        {
            return number;
        }

        faults.Add($"{setting.Flag} ({setting.Variable}) must be a number from 0 to {largest}, not '{text}'");
        return 0;
    }

    private static string Required(Setting setting, string text, List<string> faults)
    {
        if (text.Length == 0)
        {
            faults.Add($"{setting.Flag} ({setting.Variable}) is required: {setting.Meaning}");
        }

        return text;
    }

    private static string OneOf(Setting setting, string text, string[] known, List<string> faults)
    {
        if (!known.Contains(text, StringComparer.Ordinal))
        {
            faults.Add($"{setting.Flag} ({setting.Variable}) must be one of {string.Join(", ", known.Where(one => one.Length > 0))}, not '{text}'");
        }

        return text;
    }

    private static string Help()
    {
        var text = new StringBuilder("stash-webhook: puts backup sidecars into labelled pods and judges backup objects.\n\n");
        foreach (var setting in All)
        {
            var otherwise = setting.Default.Length > 0 ? $" (default {setting.Default})" : "";
            text.Append(CultureInfo.InvariantCulture, $"  {setting.Flag,-20} {setting.Variable,-24} {setting.Meaning}{otherwise}\n");
        }

        return text.Append("\nThe command line wins over the environment. OTEL_EXPORTER_OTLP_ENDPOINT or _METRICS_ENDPOINT turns on OTLP.").ToString();
    }
}

/// <summary>What the command line asks for.</summary>
/// <param name="Options">To run with; null when the process is only to say something.</param>
/// <param name="Text">What to say.</param>
/// <param name="ExitCode">0 for help, 2 for wrong usage.</param>
internal sealed record CommandOutcome(WebhookOptions? Options, string Text, int ExitCode);
