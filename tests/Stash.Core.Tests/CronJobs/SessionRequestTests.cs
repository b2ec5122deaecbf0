using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.CronJobs;

namespace Stash.Core.Tests.CronJobs;

public sealed class SessionRequestTests
{
    private const string Uid = "705ab4f5-6393-11e8-b7cc-42010a800002";
    private const string Job = "stash-bs-" + Uid;
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly JsonObject CronJob = JsonNode.Parse("""
        {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "stash-bc-db", "namespace": "shop"},
         "spec": {"jobTemplate": {"metadata": {"labels": {"app.kubernetes.io/managed-by": "stash"}},
           "spec": {"backoffLimit": 3, "template": {"spec": {"containers": [{"name": "run", "args": ["run", "--config", "db"]}]}}}}}}
        """)!.AsObject();

    /// <summary>Circumstance, session, whether a plan has a CronJob (null: no such config), Jobs, age in minutes, and the outcome's beginning.</summary>
    public static TheoryData<string, string, bool?, string, double, string> Cases() => new()
    {
        { "new", "{}", true, "[]", 0, "job" },
        { "pending", """{"status": {"phase": "Pending"}}""", true, "[]", 0, "job" },
        { "made by a run", """{"metadata": {"labels": {"stash.appscode.com/job-uid": "1"}}}""", true, "[]", 0, "nothing" },
        { "running", """{"status": {"phase": "Running"}}""", true, "[]", 0, "nothing" },
        { "ended", """{"status": {"phase": "Succeeded"}}""", true, "[]", 0, "nothing" },
        { "being deleted", """{"metadata": {"deletionTimestamp": "2026-11-21T11:00:00Z"}}""", true, "[]", 0, "nothing" },
        { "of another kind's", """{"spec": {"invoker": {"kind": "Restic", "name": "db"}}}""", true, "[]", 0, "nothing" },
        { "of a batch that has a config's name", """{"spec": {"invoker": {"kind": "BackupBatch", "name": "db"}}}""", true, "[]", 0, "there is no BackupBatch db in namespace shop" },
        { "with its Job at work", "{}", true, $$$"""[{"metadata": {"name": "{{{Job}}}", "namespace": "shop"}}]""", 30, "nothing" },
        { "with another's Job", "{}", true, $$$"""[{"metadata": {"name": "{{{Job}}}", "namespace": "elsewhere"}}]""", 0, "job" },
        {
            "with a Job that ended first", "{}", true,
            $$$"""[{"metadata": {"name": "{{{Job}}}", "namespace": "shop"}, "status": {"conditions": [{"type": "Failed", "status": "True"}]}}]""", 1,
            $"Job {Job} ended before it took the session on"
        },
        { "without its config", "{}", null, "[]", 0, "there is no BackupConfiguration db in namespace shop" },
        { "of a config that is not ready yet", "{}", false, "[]", 9, "nothing" },
        { "of a config that is not ready for long", "{}", false, "[]", 11, "BackupConfiguration db is NotReady: Repository shop/repo does not exist" },
        { "too old", "{}", true, "[]", 61, "nobody took it on within an hour" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decide_StartsASessionOrSaysWhyNot_WhenAPersonMadeIt(string circumstance, string overrides, bool? ready, string jobs, double minutes, string expected)
    {
        ConfigPlan[] plans = ready is { } isReady ? [Plan(isReady)] : [];
        JsonObject[] live = [.. JsonNode.Parse(jobs)!.AsArray().Select(job => job!.AsObject())];

        var requests = SessionRequests.Decide([Session(JsonNode.Parse(overrides)!.AsObject())], plans, live, Now.AddMinutes(minutes));

        var outcome = requests is [var request] ? request.Job is null ? request.Refusal! : "job" : "nothing";
        outcome.ShouldStartWith(expected, Case.Sensitive, circumstance);
    }

    [Fact]
    public void Decide_MakesTheCronJobsJobForTheSession()
    {
        var job = SessionRequests.Decide([Session([])], [Plan(ready: true)], [], Now).ShouldHaveSingleItem().Job.ShouldNotBeNull();

        ((string)job["metadata"]!["name"]!).ShouldBe(Job);
        ((string)job["metadata"]!["ownerReferences"]![0]!["uid"]!).ShouldBe(Uid);
        ((string)job["metadata"]!["labels"]!["app.kubernetes.io/managed-by"]!).ShouldBe("stash");
        ((int)job["spec"]!["backoffLimit"]!).ShouldBe(3);
        job["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]!.ToJsonString().ShouldBe("""["run","--config","db","--session","mine"]""");
        CronJob["spec"]!["jobTemplate"]!["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]!.AsArray().Count.ShouldBe(3);
    }

    private static ConfigPlan Plan(bool ready) => new(
        JsonNode.Parse("""{"metadata": {"name": "db", "namespace": "shop"}}""")!.AsObject(),
        ready ? [new PlannedObject(CronJob, true)] : [],
        [],
        ready ? "Ready" : "NotReady",
        ready ? [] : [new Condition { Type = "RepositoryFound", Status = "False", Message = "Repository shop/repo does not exist" }]);

    private static BackupSession Session(JsonObject overrides)
    {
        var json = JsonNode.Parse($$$$"""
            {"apiVersion": "stash.appscode.com/v1beta1", "kind": "BackupSession",
             "metadata": {"name": "mine", "namespace": "shop", "uid": "{{{{Uid}}}}", "creationTimestamp": "2026-11-21T12:00:00Z"},
             "spec": {"invoker": {"apiGroup": "stash.appscode.com", "kind": "BackupConfiguration", "name": "db"}}}
            """)!.AsObject();
        Merge(json, overrides);
        return Stash.Core.Validation.ObjectReader.Read(json, StashJson.Default.BackupSession).Value.ShouldNotBeNull();
    }

    private static void Merge(JsonObject into, JsonObject from)
    {
        foreach (var (key, value) in from)
        {
            if (value is JsonObject inner && into[key] is JsonObject there)
            {
                Merge(there, inner);
            }
            else
            {
                into[key] = value?.DeepClone();
            }
        }
    }
}
