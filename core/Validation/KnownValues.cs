namespace Stash.Core.Validation;

/// <summary>Values of <c>spec.driver</c>.</summary>
internal static class Drivers
{
    public const string Restic = "Restic";

    public const string VolumeSnapshotter = "VolumeSnapshotter";
}

/// <summary>Values of <c>spec.usagePolicy.allowedNamespaces.from</c>.</summary>
internal static class UsageScopes
{
    public const string Same = "Same";

    public const string All = "All";

    public const string Selector = "Selector";
}
