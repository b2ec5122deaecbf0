using Stash.Core.Api;
using Stash.Core.Cron;
using Stash.Core.Functions;
using Stash.Core.Restic;
using Stash.Core.Signals;
using Stash.Core.Tasks;

namespace Stash.Runner.Run;

/// <summary>Words what a config asks for as <see cref="SignalRequest"/>s; pure. No secret is among it.</summary>
internal sealed class Orders(BackupConfiguration config, Repository repository, string session, DateTimeOffset deadline, TimeSpan lockWait)
{
    private readonly BackendAddress _address = BackendAddress.For(repository.Spec.Backend ?? new Backend());

    /// <summary>The tag by which retention knows the config's snapshots: <c>stash-config:NAMESPACE/NAME</c>.</summary>
    public string ConfigTag => SnapshotTags.OfConfig(config);

    /// <summary>The tag of the session's snapshots: <c>stash-session:NAME</c>.</summary>
    public string SessionTag => SnapshotTags.OfSession(session);

    /// <summary>The paths that are backed up; of a claim that a Task mounts, all of it where none are named.</summary>
    public IReadOnlyList<string> Paths => config.Spec switch
    {
        { Target.Paths: { Count: > 0 } named } => named,
        { Task: not null, Target.Ref.Kind: TaskNames.ClaimKind } => [Variables.Of(config, repository)[Variables.TargetMountPath]],
        _ => [],
    };

    /// <summary>Back up one host.</summary>
    public SignalRequest Backup(string host, bool mayInitialize, int attempt) => Request(SignalVerb.Backup, attempt) with
    {
        Backup = new BackupOrder
        {
            Paths = Paths,
            Host = host,
            Tags = [ConfigTag, SessionTag],
            Exclude = config.Spec.Target?.Exclude,
            Args = config.Spec.Target?.Args,
            MayInitialize = mayInitialize,
        },
    };

    /// <summary>Apply the retention policy to the hosts.</summary>
    public SignalRequest Forget(IReadOnlyList<string> hosts, int attempt) => Request(SignalVerb.Forget, attempt) with
    {
        Forget = new ForgetOrder { Hosts = hosts, Tag = ConfigTag, Policy = config.Spec.RetentionPolicy! },
    };

    /// <summary>Size and number of snapshots.</summary>
    public SignalRequest Stats(int attempt) => Request(SignalVerb.Stats, attempt);

    /// <summary>
    /// A sidecar keeps the result of each session and verb for good. Another attempt is therefore another session to it: the name
    /// with the attempt's number, so that a restarted runner walks through the same attempts and meets the same results.
    /// </summary>
    private SignalRequest Request(string verb, int attempt) => new()
    {
        Session = attempt <= 1 ? session : FormattableString.Invariant($"{session}.{attempt}"),
        Verb = verb,
        Repository = _address.Repository,
        Environment = _address.Environment,
        GlobalArgs = config.Spec.TempDir?.DisableCaching == true ? [.. _address.GlobalArgs, "--no-cache"] : _address.GlobalArgs,
        Deadline = deadline,
        LockWait = GoDuration.Format(lockWait),
        Nice = config.Spec.RuntimeSettings?.Container?.Nice?.Adjustment,
        IoNiceClass = config.Spec.RuntimeSettings?.Container?.Ionice?.Class,
        IoNiceClassData = config.Spec.RuntimeSettings?.Container?.Ionice?.ClassData,
    };
}
