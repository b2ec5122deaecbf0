using System.Security.Cryptography;
using System.Text;
using Stash.Core.Api;

namespace Stash.Core.CronJobs;

/// <summary>Names of what is made from a config, within Kubernetes' limits and still unique.</summary>
public static class ObjectNames
{
    /// <summary>Longest name of a CronJob: the controller appends eleven characters to name its Jobs (batch validation).</summary>
    public const int CronJobMaxLength = 52;

    private const int LabelValueMaxLength = 63;
    private const int HashLength = 10;
    private const int SessionHashLength = 16;

    /// <summary>
    /// Name of the CronJob, its ServiceAccount and RoleBinding: <c>stash-bc-NAME</c> (<c>stash-bb-NAME</c> for a BackupBatch) where that
    /// takes at most 51 characters, else exactly 52: the beginning, a dash and a hash of the whole. The two lengths never meet, so
    /// that no name can be chosen to take the place of a longer one's.
    /// </summary>
    /// <exception cref="ArgumentException">The kind has no CronJob.</exception>
    public static string CronJob(string kind, string name)
    {
        var whole = Prefix(kind) + name;
        if (whole.Length < CronJobMaxLength)
        {
            return whole;
        }

        var head = whole[..(CronJobMaxLength - 1 - HashLength)].TrimEnd('-', '.');
        return $"{head}-{Hash(whole)[..(CronJobMaxLength - 1 - head.Length)]}";
    }

    /// <summary>
    /// A label's value for any object name: itself up to 63 characters, else its beginning, an underscore and a hash of the whole. No
    /// object name holds an underscore: a cut value is never another object's name.
    /// </summary>
    public static string LabelValue(string name) => name.Length <= LabelValueMaxLength
        ? name
        : $"{name[..(LabelValueMaxLength - 1 - HashLength)]}_{Hash(name)[..HashLength]}";

    /// <summary>
    /// Name of a Job that a session makes, at most 63 characters, so that it may be a label's value: <c>stash-WHAT-CONFIG-HASH</c>. The hash is
    /// of the seed, which holds the session's uid: the same for each attempt of one session, and no other's.
    /// </summary>
    /// <param name="what">What it does, a short word of lower-case letters.</param>
    /// <param name="config">Name of the config; cut where it is long.</param>
    /// <param name="seed">The session's uid, and what tells Jobs of one session apart.</param>
    public static string OfSession(string what, string config, string seed)
    {
        var hash = Hash($"{what}/{seed}")[..SessionHashLength];
        var head = $"stash-{what}-{config.Replace('.', '-')}";
        return $"{head[..Math.Min(head.Length, LabelValueMaxLength - 1 - SessionHashLength)].TrimEnd('-')}-{hash}";
    }

    private static string Prefix(string kind) => kind switch
    {
        BackupConfiguration.KindName => "stash-bc-",
        BackupBatch.KindName => "stash-bb-",
        _ => throw new ArgumentException($"a {kind} has no CronJob", nameof(kind)),
    };

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
