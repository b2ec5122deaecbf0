using Stash.Core.Kubernetes;
using Stash.Webhook;
using Stash.Webhook.Options;

var command = CommandLine.Read(args, Environment.GetEnvironmentVariable);
if (command.Options is not { } options)
{
    await (command.ExitCode == 0 ? Console.Out : Console.Error).WriteLineAsync(command.Text);
    return command.ExitCode;
}

try
{
    using var kubernetes = KubernetesClient.Connect(new KubernetesConnectionOptions { Kubeconfig = options.Kubeconfig });
    await using var app = WebhookApp.Build(options, kubernetes);
    await app.RunAsync();
    return 0;
}
catch (Exception fault) when (fault is KubernetesConfigurationException or WebhookStartException or IOException)
{
    await Console.Error.WriteLineAsync($"stash-webhook: {fault.Message}");
    return 1;
}
