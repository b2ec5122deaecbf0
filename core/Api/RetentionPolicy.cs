namespace Stash.Core.Api;

/// <summary>Which snapshots <c>restic forget</c> keeps. Applied by host and by the config's tag.</summary>
public sealed record RetentionPolicy
{
    /// <summary>A name for people; required.</summary>
    public string? Name { get; init; }

    /// <summary>Keep the last n snapshots.</summary>
    public int? KeepLast { get; init; }

    /// <summary>Keep the last one of each of n hours that have one.</summary>
    public int? KeepHourly { get; init; }

    /// <summary>Keep the last one of each of n days that have one.</summary>
    public int? KeepDaily { get; init; }

    /// <summary>Keep the last one of each of n weeks that have one.</summary>
    public int? KeepWeekly { get; init; }

    /// <summary>Keep the last one of each of n months that have one.</summary>
    public int? KeepMonthly { get; init; }

    /// <summary>Keep the last one of each of n years that have one.</summary>
    public int? KeepYearly { get; init; }

    /// <summary>Keep snapshots that have all of these tags.</summary>
    public IReadOnlyList<string>? KeepTags { get; init; }

    /// <summary>Whether data that no snapshot needs is removed from the repository; required.</summary>
    public bool? Prune { get; init; }

    /// <summary>Only say what would be removed.</summary>
    public bool? DryRun { get; init; }
}
