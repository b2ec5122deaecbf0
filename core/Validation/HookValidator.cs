using Stash.Core.Api;

namespace Stash.Core.Validation;

/// <summary>Judges one hook by itself; pure. What its executor's Function needs is not looked at.</summary>
public static class HookValidator
{
    /// <summary>Collects every fault.</summary>
    /// <param name="hook">The hook.</param>
    /// <param name="name"><c>preBackup</c> or <c>postBackup</c>.</param>
    public static IReadOnlyList<Fault> Validate(Hook hook, string name)
    {
        ArgumentNullException.ThrowIfNull(hook);
        ArgumentNullException.ThrowIfNull(name);
        var findings = new Findings();
        HookRules.CheckHook(hook, FieldPath.Spec["hooks"][name], new ConfigSurroundings(), new Dictionary<string, string>(), findings);
        return findings.ToResult().Faults;
    }
}
