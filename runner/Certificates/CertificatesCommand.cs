using System.CommandLine;
using System.CommandLine.Parsing;
using Microsoft.Extensions.Logging;
using Stash.Core.Cron;
using Stash.Core.Kubernetes;
using Stash.Runner.Logging;

namespace Stash.Runner.Certificates;

/// <summary>The verb <c>certificates</c>.</summary>
internal static class CertificatesCommand
{
    private static readonly TimeSpan ShortestLifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(3650);

    private static readonly Option<string?> Namespace = new("--namespace", "-n")
    {
        Description = "Namespace of the Secrets and of the Service. Default: the pod's own.", HelpName = "NAMESPACE",
    };

    private static readonly Option<string> Secret = new("--secret")
    {
        Description = "Secret that the webhook serves.", HelpName = "NAME", DefaultValueFactory = _ => "stash-webhook-tls",
    };

    private static readonly Option<string?> Issued = new("--issued")
    {
        Description = "Secret into which cert-manager, or whoever you trust, issues certificates. Default: this program makes them.", HelpName = "NAME",
    };

    private static readonly Option<string[]> Names = new("--dns-name")
    {
        Description = "A name that the certificate is for; may be given again. Default: stash-webhook.NAMESPACE.svc.", HelpName = "NAME",
    };

    private static readonly Option<TimeSpan> Lifetime = new("--lifetime")
    {
        Description = "How long a certificate is valid, from 1h to 87600h. It is renewed with a third left.",
        HelpName = "DURATION",
        DefaultValueFactory = _ => TimeSpan.FromDays(90),
        CustomParser = ReadLifetime,
    };

    private static readonly Option<bool> Renew = new("--renew") { Description = "Renew now, whatever is left." };

    private static readonly Option<string?> Kubeconfig = new("--kubeconfig")
    {
        Description = "Kubeconfig file. Default: KUBECONFIG, else the pod's service account, else ~/.kube/config.", HelpName = "FILE",
    };

    private static readonly Option<string?> Context = new("--context")
    {
        Description = "Context of the kubeconfig. Default: its current-context.", HelpName = "NAME",
    };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var format = RunnerLog.FormatOption();
        var command = new Command("certificates", """
            Keeps the webhook's certificate, and has the API server trust it.

            Makes the first one; renews it with a third of its lifetime left. At a renewal the registrations trust the old authority and the
            new one before the webhook changes over, and the old one is forgotten an hour later: no request fails. Run again, it goes on
            where an earlier run was stopped, and mostly finds nothing to do. Exit code 0: done; 10: it may not touch the Secret, or the
            cluster cannot be reached as configured; 75: the API refused something, or something is not there yet: try again.

            Example:
              stash-runner certificates --namespace stash-system --lifetime 720h
            """)
        {
            Namespace, Secret, Issued, Names, Lifetime, Renew, Kubeconfig, Context, format,
        };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            using var logs = RunnerLog.Create(arguments.GetValue(format));
            return await RunAsync(arguments, logs.CreateLogger("certificates"), TimeProvider.System, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, ILogger log, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            using var client = KubernetesClient.Connect(new KubernetesConnectionOptions
            {
                Kubeconfig = arguments.GetValue(Kubeconfig),
                Context = arguments.GetValue(Context),
                UserAgent = CertificateKeeping.FieldManager,
            });
            var ns = arguments.GetValue(Namespace) ?? client.DefaultNamespace;
            var settings = new CertificateSettings
            {
                Namespace = ns,
                SecretName = arguments.GetValue(Secret)!,
                IssuedSecret = arguments.GetValue(Issued),
                Names = arguments.GetValue(Names) is { Length: > 0 } names ? names : [$"stash-webhook.{ns}.svc"],
                Lifetime = arguments.GetValue(Lifetime),
                RenewServedBefore = arguments.GetValue(Renew) ? time.GetUtcNow() : null,
            };
            return await new CertificateKeeping(client, settings, time, log).RunAsync(cancellationToken);
        }
        catch (Exception wrong) when (wrong is KubernetesConfigurationException or ArgumentException)
        {
            log.CertificatesFailed(wrong.Message);
            return ExitCodes.FailedForGood;
        }
        catch (KubernetesException refused)
        {
            log.CertificatesFailed(refused.Message);
            return ExitCodes.TryAgain;
        }
    }

    private static TimeSpan ReadLifetime(ArgumentResult result)
    {
        var text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
        if (!GoDuration.TryParse(text, out var lifetime, out var fault))
        {
            result.AddError($"--lifetime: {fault}; write it like 2160h");
        }
        else if (lifetime < ShortestLifetime || lifetime > LongestLifetime)
        {
            result.AddError($"--lifetime: {text} is not between {GoDuration.Format(ShortestLifetime)} and {GoDuration.Format(LongestLifetime)}");
        }

        return lifetime;
    }
}
