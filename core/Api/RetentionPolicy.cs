namespace Stash.Core.Api;

/// <summary>Which snapshots <c>restic forget</c> keeps, by host and by the config's tag; at least one rule is needed.</summary>
public sealed record RetentionPolicy
{
    /// <summary>A name for people, for example <c>keep-last-5</c>. Required.</summary>
    public string? Name { get; init; }

    /// <summary>Keep the n newest snapshots.</summary>
    public int? KeepLast { get; init; }

    /// <summary>Keep the newest snapshot of each of the last n hours that have one.</summary>
    public int? KeepHourly { get; init; }

    /// <summary>Keep the newest snapshot of each of the last n days that have one.</summary>
    public int? KeepDaily { get; init; }

    /// <summary>Keep the newest snapshot of each of the last n weeks that have one.</summary>
    public int? KeepWeekly { get; init; }

    /// <summary>Keep the newest snapshot of each of the last n months that have one.</summary>
    public int? KeepMonthly { get; init; }

    /// <summary>Keep the newest snapshot of each of the last n years that have one.</summary>
    public int? KeepYearly { get; init; }

    /// <summary>Keep every snapshot that has all of these tags.</summary>
    public IReadOnlyList<string>? KeepTags { get; init; }

    /// <summary>True gives the space of forgotten snapshots back, false only forgets them. Required.</summary>
    public bool? Prune { get; init; }

    /// <summary>True only says what would be removed. Default: false.</summary>
    public bool? DryRun { get; init; }
}
