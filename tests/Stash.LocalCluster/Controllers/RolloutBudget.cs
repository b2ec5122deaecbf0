using System.Globalization;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Kubelet;

namespace Stash.LocalCluster.Controllers;

/// <summary>How far a rolling update of a Deployment may go at once. Pure.</summary>
/// <param name="MostPods">replicas and maxSurge.</param>
/// <param name="FewestReady">replicas less maxUnavailable.</param>
internal sealed record RolloutBudget(int MostPods, int FewestReady)
{
    /// <summary>From the strategy; 25 % each where it does not say.</summary>
    public static RolloutBudget Of(JsonObject deployment)
    {
        var replicas = (int)(deployment.Number("spec", "replicas") ?? 1);
        var rolling = deployment.At("spec", "strategy", "rollingUpdate");
        var surge = Amount(rolling.Text("maxSurge"), replicas, Math.Ceiling);
        var unavailable = Amount(rolling.Text("maxUnavailable"), replicas, Math.Floor);
        return new RolloutBudget(replicas + surge, replicas - (surge == 0 && unavailable == 0 ? 1 : unavailable));
    }

    private static int Amount(string? text, int replicas, Func<double, double> round)
    {
        text ??= "25%";
        return text.EndsWith('%')
            ? (int)round(replicas * double.Parse(text[..^1], CultureInfo.InvariantCulture) / 100)
            : int.Parse(text, CultureInfo.InvariantCulture);
    }
}
