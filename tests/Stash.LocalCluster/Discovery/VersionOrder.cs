using System.Globalization;
using System.Text.RegularExpressions;

namespace Stash.LocalCluster.Discovery;

/// <summary>Kubernetes' order of versions: v1 above v1beta2 above v1beta1 above v1alpha1.</summary>
internal sealed partial class VersionOrder : IComparer<string>
{
    public static readonly VersionOrder Instance = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y) => Rank(x ?? "").CompareTo(Rank(y ?? ""));

    private static (int Stability, int Major, int Minor) Rank(string version)
    {
        var match = Form().Match(version);
        if (!match.Success)
        {
            return (-1, 0, 0);
        }

        var stability = match.Groups["stage"].Value switch { "alpha" => 0, "beta" => 1, _ => 2 };
        var minor = match.Groups["minor"].Value;
        return (stability, int.Parse(match.Groups["major"].Value, CultureInfo.InvariantCulture), minor.Length == 0 ? 0 : int.Parse(minor, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("^v(?<major>\\d+)((?<stage>alpha|beta)(?<minor>\\d+))?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();
}
