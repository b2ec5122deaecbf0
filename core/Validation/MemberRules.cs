using Stash.Core.Api;

namespace Stash.Core.Validation;

/// <summary><c>spec.members</c> of a batch: some, and no two that a session or a repository would take for one.</summary>
public static class MemberRules
{
    /// <summary>Most members of a batch; further ones are not looked at.</summary>
    public const int Most = 50;

    internal static void Check(IReadOnlyList<BackupConfiguration> members, Findings findings)
    {
        var field = FieldPath.Spec["members"];
        if (members.Count == 0)
        {
            findings.Required(field, "name at least one target, for example - target: {alias: db, ref: {...}, paths: [...]}");
        }

        if (members.Count > Most)
        {
            findings.TooMany(field, members.Count, Most, "make a BackupBatch for the others");
        }

        var targets = new HashSet<(string?, string?, string?)>();
        var aliases = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Math.Min(members.Count, Most); i++)
        {
            var target = members[i].Spec.Target;
            if (target?.Ref is { Name: not null } reference)
            {
                if (!targets.Add((Group(reference.ApiVersion), reference.Kind, reference.Name)))
                {
                    findings.Duplicate(field[i]["target"]["ref"], $"{reference.Kind}/{reference.Name}");
                }
            }
            else if (members.Count > 1 && members[i].Spec.Task is not null && target?.Ref is null)
            {
                findings.Required(field[i]["target"]["ref"], "the members of a batch are told apart by it, those with a Task too");
            }

            if (members.Count > 1)
            {
                CheckAlias(target?.Alias, field[i]["target"]["alias"], aliases, findings);
            }
        }
    }

    private static void CheckAlias(string? alias, FieldPath field, HashSet<string> seen, Findings findings)
    {
        if (string.IsNullOrEmpty(alias))
        {
            findings.Required(field, "restic's host names of the members would be the same: give each an alias of its own, and keep it");
        }
        else if (!seen.Add(alias))
        {
            findings.Duplicate(field, alias);
        }
    }

    private static string? Group(string? apiVersion) => apiVersion?.Split('/') is [var group, _] ? group : apiVersion;
}
