using Stash.Core.Api;

namespace Stash.Core.Validation;

/// <summary><c>spec.retentionPolicy</c>, as <c>restic forget</c> will take it.</summary>
internal static class RetentionRules
{
    private const int Few = 2;

    public static void Check(RetentionPolicy? policy, FieldPath field, Findings findings)
    {
        if (policy is null)
        {
            findings.Required(field, "say which snapshots are kept, for example name: keep-last-5, keepLast: 5, prune: true");
            return;
        }

        if (string.IsNullOrWhiteSpace(policy.Name))
        {
            findings.Required(field["name"]);
        }

        if (policy.Prune is null)
        {
            findings.Required(field["prune"], "true gives the space of forgotten snapshots back, false only forgets them");
        }

        var rules = Rules(policy).ToArray();
        foreach (var (name, count) in rules)
        {
            if (count < 0)
            {
                findings.Invalid(field[name], count.Value, "must not be negative: restic refuses it; leave it out for no such rule");
            }
        }

        CheckTags(policy.KeepTags ?? [], field["keepTags"], findings);
        CheckSum(policy, rules, field, findings);
    }

    private static void CheckTags(IReadOnlyList<string> tags, FieldPath field, Findings findings)
    {
        for (var i = 0; i < tags.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(tags[i]))
            {
                findings.Invalid(field[i], tags[i], "must not be empty: restic would keep every snapshot without tags");
            }
        }
    }

    private static void CheckSum(RetentionPolicy policy, (string Name, int? Count)[] rules, FieldPath field, Findings findings)
    {
        var kept = rules.Sum(rule => Math.Max(0L, rule.Count ?? 0));
        var tagged = policy.KeepTags is { Count: > 0 };
        if (kept == 0 && !tagged && Array.TrueForAll(rules, rule => rule.Count is not < 0))
        {
            findings.Required(field, "set at least one keep rule above 0: without one restic forgets nothing and the repository grows for ever");
        }
        else if (kept is > 0 and <= Few && !tagged && policy.Prune == true && policy.DryRun != true)
        {
            findings.Warn(field, $"keeps {kept} snapshot{(kept == 1 ? "" : "s")} at most: a fault seen later than that cannot be undone");
        }

        if (policy.DryRun == true)
        {
            findings.Warn(field["dryRun"], "nothing is removed, the repository only grows");
        }
    }

    private static IEnumerable<(string Name, int? Count)> Rules(RetentionPolicy policy) =>
    [
        ("keepLast", policy.KeepLast),
        ("keepHourly", policy.KeepHourly),
        ("keepDaily", policy.KeepDaily),
        ("keepWeekly", policy.KeepWeekly),
        ("keepMonthly", policy.KeepMonthly),
        ("keepYearly", policy.KeepYearly),
    ];
}
