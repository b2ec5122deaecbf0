using System.CommandLine;
using Stash.Core.CronJobs;

namespace Stash.Runner.Sync;

/// <summary>Options that say how CronJobs are made in this installation: <c>sync</c> and <c>render</c> must be given the same.</summary>
internal static class InstallationOptions
{
    /// <summary>The environment variable that stands in for <c>--image</c>.</summary>
    public const string ImageVariable = "STASH_RUNNER_IMAGE";

    /// <summary><c>--image</c>.</summary>
    public static Option<string> Image() => new("--image")
    {
        Description = $"Image of the runner: of the CronJobs and of the sidecars. Default: {ImageVariable}, else stash-runner:<this version>.",
        HelpName = "IMAGE",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(ImageVariable) is { Length: > 0 } image ? image : DefaultImage(),
    };

    /// <summary><c>--image-pull-policy</c>.</summary>
    public static Option<string?> ImagePullPolicy()
    {
        var option = new Option<string?>("--image-pull-policy") { Description = "imagePullPolicy of the runner. Default: Kubernetes' own." };
        option.AcceptOnlyFromAmong("Always", "IfNotPresent", "Never");
        return option;
    }

    /// <summary><c>--run-cluster-role</c>.</summary>
    public static Option<string> RunClusterRole() => new("--run-cluster-role")
    {
        Description = "ClusterRole that the runner's service accounts are bound to, each in its own namespace.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "stash-run",
    };

    /// <summary>The settings that the options give.</summary>
    public static CronJobSettings Settings(string image, string? pullPolicy, string runClusterRole) =>
        new() { Image = image, ImagePullPolicy = pullPolicy, RunClusterRole = runClusterRole };

    private static string DefaultImage() => $"stash-runner:{typeof(InstallationOptions).Assembly.GetName().Version?.ToString(3)}";
}
