using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Signals;
using Stash.Runner.Run;
using Stash.Runner.Tests.Run;

namespace Stash.Runner.Tests.Batches;

/// <summary>A batch <c>shop</c> of StatefulSet <c>db</c> and Deployment <c>web</c>, of one pod each, and of StatefulSets that have none.</summary>
internal sealed class BatchScene
{
    private const string Common = """
        "schedule":"0 3 * * *","repository":{"name":"repo"},"retentionPolicy":{"name":"few","keepLast":3,"prune":true}
        """;

    /// <param name="spec">Further fields of the batch's spec, as JSON without braces.</param>
    /// <param name="db">Further fields of member db.</param>
    /// <param name="web">Further fields of member web.</param>
    /// <param name="others">Further members, as JSON.</param>
    public BatchScene(string spec = "", string db = "", string web = "", string others = "")
    {
        var members = $$"""
            {"target":{"alias":"db","ref":{"apiVersion":"apps/v1","kind":"StatefulSet","name":"db"},"paths":["/data"]}{{With(db)}} },
            {"target":{"alias":"web","ref":{"apiVersion":"apps/v1","kind":"Deployment","name":"web"},"paths":["/srv"]}{{With(web)}} }{{With(others)}}
            """;
        Scene.Cluster.Add(ResourceTypes.BackupBatches, Parse($$"""
            {"apiVersion":"stash.appscode.com/v1beta1","kind":"BackupBatch","metadata":{"name":"shop","namespace":"app"},
             "spec":{ {{Common}}{{With(spec)}},"members":[{{members}}] } }
            """));
        Scene.Cluster.Add(ResourceTypes.Deployments, Parse("""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"app","uid":"web"},
             "spec":{"replicas":1,"selector":{"matchLabels":{"app":"web"}}}}
            """));
        Scene.Cluster.Add(ResourceTypes.ReplicaSets, Parse("""
            {"metadata":{"name":"web-1","namespace":"app","uid":"web-1","labels":{"app":"web"},
              "ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"web","uid":"web","controller":true}]}}
            """));
        Scene.Cluster.Add(ResourceTypes.Pods, Parse("""
            {"metadata":{"name":"web-1-x","namespace":"app","labels":{"app":"web"},
              "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-1","uid":"web-1","controller":true}]},
             "spec":{"nodeName":"n1","containers":[{"name":"main"},{"name":"stash"}]},
             "status":{"phase":"Running","containerStatuses":[{"name":"stash","state":{"running":{}}}]}}
            """));
        Scene.Answer = (request, pod) =>
        {
            Note(pod, request.Verb);
            return OnSignal(request, pod) ?? Scene.Succeeded(request);
        };
        Scene.OnHook = async (request, token) =>
        {
            Note(request.Pod, request.Command[0]);
            return await OnHook(request, token);
        };
    }

    public Scene Scene { get; } = new() { Kind = BackupBatch.KindName, Name = "shop" };

    /// <summary>What a sidecar answers; null is success.</summary>
    public Func<SignalRequest, string, SignalResult?> OnSignal { get; set; } = (_, _) => null;

    /// <summary>What a hook's command does; the default is exit code 0.</summary>
    public Func<ExecRequest, CancellationToken, Task<int>> OnHook { get; set; } = (_, _) => Task.FromResult(0);

    /// <summary>What was asked of pods, in order, as <c>POD VERB</c>; of a listener as its path.</summary>
    public List<string> Steps { get; } = [];

    /// <summary>The status of the only session.</summary>
    public BackupSessionStatus Status => Scene.Session().Status.ShouldNotBeNull();

    /// <summary>A member's part of it.</summary>
    public TargetStatus Target(string name) => Status.Targets.ShouldNotBeNull().Single(target => target.Ref?.Name == name);

    /// <summary>A condition of the session.</summary>
    public Condition? Condition(string type) => Status.Conditions?.FirstOrDefault(condition => condition.Type == type);

    /// <summary>Every member's name and phase.</summary>
    public string Phases => string.Join(' ', (Status.Targets ?? []).OrderBy(t => t.Ref!.Name, StringComparer.Ordinal).Select(t => $"{t.Ref!.Name}={t.Phase}"));

    /// <summary>The repository was backed up to before.</summary>
    public void RepositoryExists() => Scene.Edit(ResourceTypes.Repositories, "repo", json =>
        json["status"] = new JsonObject { ["firstBackupTime"] = "2026-01-01T00:00:00Z" });

    public void Note(string where, string what)
    {
        lock (Steps)
        {
            Steps.Add($"{where} {what}");
        }
    }

    private static string With(string json) => json.Length == 0 ? "" : "," + json;

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
