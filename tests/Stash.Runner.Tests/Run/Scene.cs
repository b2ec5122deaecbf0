using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Signals;
using Stash.Runner.Jobs;
using Stash.Runner.Run;

namespace Stash.Runner.Tests.Run;

/// <summary>A StatefulSet <c>db</c> of one pod with a running sidecar, its config <c>db</c> and a local Repository, and a sidecar that tests script.</summary>
internal sealed class Scene
{
    public const string Namespace = "app";

    private readonly TroubleLog _log = new();

    public Scene(int pods = 1)
    {
        Cluster.Add(ResourceTypes.BackupConfigurations, Parse("""
            {"apiVersion":"stash.appscode.com/v1beta2","kind":"BackupConfiguration","metadata":{"name":"db","namespace":"app"},"spec":{
              "schedule":"0 3 * * *","repository":[{"name":"repo"}],
              "target":{"ref":{"apiVersion":"apps/v1","kind":"StatefulSet","name":"db"},"paths":["/data"],"volumeMounts":[{"name":"data","mountPath":"/data"}]},
              "retentionPolicy":{"name":"few","keepLast":3,"prune":true}}}
            """));
        Cluster.Add(ResourceTypes.Repositories, Parse("""
            {"apiVersion":"stash.appscode.com/v1alpha1","kind":"Repository","metadata":{"name":"repo","namespace":"app"},"spec":{"backend":{
              "storageSecretName":"secret","local":{"mountPath":"/repo","subPath":"db","persistentVolumeClaim":{"claimName":"repo"}}}}}
            """));
        Cluster.Add(ResourceTypes.StatefulSets, Parse($$"""
            {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"db","namespace":"app","uid":"set"},
             "spec":{"replicas":{{pods}},"selector":{"matchLabels":{"app":"db"} } } }
            """));
        for (var i = 0; i < pods; i++)
        {
            Cluster.Add(ResourceTypes.Pods, Parse($$"""
                {"metadata":{"name":"db-{{i}}","namespace":"app","labels":{"app":"db"},
                  "ownerReferences":[{"apiVersion":"apps/v1","kind":"StatefulSet","name":"db","uid":"set","controller":true}]},
                 "spec":{"nodeName":"n1","containers":[{"name":"main"},{"name":"stash"}]},
                 "status":{"phase":"Running","containerStatuses":[{"name":"stash","state":{"running":{} } }]} }
                """));
        }

        AddJob("job-1");
        Cluster.OnExec = ExecAsync;
    }

    public MemoryCluster Cluster { get; } = new();

    /// <summary>Kind of what is run.</summary>
    public string Kind { get; init; } = BackupConfiguration.KindName;

    /// <summary>Name of what is run.</summary>
    public string Name { get; init; } = "db";

    /// <summary>What the sidecar answers; the default is success for every verb.</summary>
    public Func<SignalRequest, string, SignalResult> Answer { get; set; } = (request, _) => Succeeded(request);

    /// <summary>Every request that reached the sidecar, with the pod's name.</summary>
    public List<(SignalRequest Request, string Pod)> Asked { get; } = [];

    /// <summary>What a hook's command does; the default is exit code 0.</summary>
    public Func<ExecRequest, CancellationToken, Task<int>> OnHook { get; set; } = (_, _) => Task.FromResult(0);

    /// <summary>What was asked of containers, in order: a hook's command as pod, container and arguments; the sidecar's work as its verb.</summary>
    public List<string> Steps { get; } = [];

    /// <summary>Sets the config's hooks.</summary>
    public void Hook(string json) => Edit(ResourceTypes.BackupConfigurations, "db", c => c["spec"]!["hooks"] = JsonNode.Parse(json));

    /// <summary>A condition of the only target of the newest session.</summary>
    public Condition? HookCondition(string type) => Sessions()[^1].Status?.Targets?[0].Conditions?.FirstOrDefault(c => c.Type == type);

    /// <summary>Warnings and errors that the run logged.</summary>
    public IReadOnlyList<string> Log => [.. _log.Lines];

    public RunLimits Limits { get; set; } = new()
    {
        Pods = TimeSpan.FromMilliseconds(50),
        FirstPause = TimeSpan.FromMilliseconds(5),
        LongestPause = TimeSpan.FromMilliseconds(20),
        SidecarSilence = TimeSpan.FromMilliseconds(200),
        ConnectionLoss = TimeSpan.FromSeconds(30),
        AfterDeadline = TimeSpan.FromMilliseconds(100),
        AroundHook = TimeSpan.FromSeconds(10),
        ExecutorEnd = TimeSpan.FromMilliseconds(100),
        Executor = new JobLimits
        {
            Unschedulable = TimeSpan.FromMilliseconds(100),
            ImagePull = TimeSpan.FromMilliseconds(100),
            Creation = TimeSpan.FromMilliseconds(100),
            FirstPause = TimeSpan.FromMilliseconds(5),
            LongestPause = TimeSpan.FromMilliseconds(20),
        },
    };

    public Task<int> RunAsync(string? jobUid = "job-1", string? session = null, string? release = null, CancellationToken stop = default)
    {
        var settings = new RunSettings
        {
            Kind = Kind, Config = Name, Namespace = Namespace, JobUid = jobUid, Session = session, Release = release, Identity = "pod-1", CachePath = "/tmp/x", Limits = Limits,
        };
        return new BackupRun(Cluster, settings, TimeProvider.System, _log).RunAsync(stop);
    }

    public void AddJob(string uid, string? condition = null)
    {
        var status = condition is null ? [] : new JsonObject { ["conditions"] = new JsonArray(new JsonObject { ["type"] = condition, ["status"] = "True" }) };
        Cluster.Add(ResourceTypes.Jobs, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = uid, ["namespace"] = Namespace, ["uid"] = uid },
            ["status"] = status,
        });
    }

    public void AddSession(string name, string? phase, string? jobUid, string created = "2026-01-01T00:00:00Z")
    {
        var json = Parse($$"""
            {"apiVersion":"stash.appscode.com/v1beta1","kind":"BackupSession","metadata":{"name":"{{name}}","namespace":"app","creationTimestamp":"{{created}}","labels":{} },
             "spec":{"invoker":{"apiGroup":"stash.appscode.com","kind":"BackupConfiguration","name":"db"} } }
            """);
        if (phase is not null)
        {
            json["status"] = new JsonObject { ["phase"] = phase };
        }

        if (jobUid is not null)
        {
            json["metadata"]!["labels"]![Labels.JobUid] = jobUid;
        }

        Cluster.Add(ResourceTypes.BackupSessions, json);
    }

    public void Edit(ResourceType type, string name, Action<JsonObject> change)
    {
        var json = Cluster.Peek(type, name)!;
        change(json);
        Cluster.Add(type, json);
    }

    public IReadOnlyList<BackupSession> Sessions() =>
        [.. Cluster.All(ResourceTypes.BackupSessions).Select(s => s.Deserialize(StashJson.Default.BackupSession)!)];

    public BackupSession Session() => Sessions().ShouldHaveSingleItem();

    public string? RepositoryField(string field) => Cluster.Peek(ResourceTypes.Repositories, "repo")!["status"]?[field]?.ToString();

    public string? ConfigField(string field) => Cluster.Peek(ResourceTypes.BackupConfigurations, "db")!["status"]?[field]?.ToString();

    public IReadOnlyList<string> EventsOf(string kind) =>
    [
        .. Cluster.All(ResourceTypes.Events).Where(e => (string?)e["involvedObject"]!["kind"] == kind).Select(e => $"{e["reason"]}: {e["message"]}"),
    ];

    public static SignalResult Succeeded(SignalRequest request) => new()
    {
        Session = request.Session,
        Verb = request.Verb,
        Outcome = Outcome.Succeeded,
        Message = "done",
        Seconds = 1.25,
        Backup = request.Verb == SignalVerb.Backup
            ? new BackupSummary { SnapshotId = "0123456789abcdef", FilesNew = 2, TotalFiles = 3, TotalBytes = 2048, BytesAdded = 1024, Seconds = 1.2 }
            : null,
        Forget = request.Verb == SignalVerb.Forget ? new ForgetSummary { Kept = 3, Removed = 1 } : null,
        Stats = request.Verb == SignalVerb.Stats ? new StatsSummary { TotalBytes = 3 << 20, SnapshotCount = 3 } : null,
    };

    public static SignalResult Failed(SignalRequest request, string outcome, bool retryable = false) =>
        new() { Session = request.Session, Verb = request.Verb, Outcome = outcome, Message = "what restic said", Retryable = retryable };

    public static byte[] Line(SignalLine line) => [.. JsonSerializer.SerializeToUtf8Bytes(line, StashJson.Default.SignalLine), (byte)'\n'];

    public SignalRequest Receive(ExecRequest request)
    {
        var signal = JsonSerializer.Deserialize(Encoding.UTF8.GetString(request.StandardInput!.Value.Span), StashJson.Default.SignalRequest)!;
        lock (Asked)
        {
            Asked.Add((signal, request.Pod));
        }

        return signal;
    }

    private async Task<ExecResult> ExecAsync(ExecRequest request, CancellationToken cancellationToken)
    {
        if (request.StandardInput is null)
        {
            Note($"{request.Pod}/{request.Container}: {string.Join(' ', request.Command)}");
            return new ExecResult(await OnHook(request, cancellationToken));
        }

        var signal = Receive(request);
        Note(signal.Verb);
        await request.OnStandardOutput!(Line(new SignalLine { Result = Answer(signal, request.Pod) }));
        return new ExecResult(0);
    }

    private void Note(string step)
    {
        lock (Steps)
        {
            Steps.Add(step);
        }
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private sealed class TroubleLog : ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Lines.Enqueue(formatter(state, exception));
            }
        }
    }
}
