using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Stash.Core.Kubernetes;
using Stash.Core.Yaml;
using Stash.Runner.Jobs;
using Stash.Runner.Run;
using Stash.Runner.Tests.Run;

namespace Stash.Runner.Tests.Jobs;

/// <summary>What the API server tells of a Job and of its pod, and what is made of it.</summary>
public sealed class JobRunTests
{
    private const string Scheduled = "conditions: [{type: PodScheduled, status: 'True'}]";
    private static readonly JobLimits Quick = new()
    {
        Unschedulable = TimeSpan.FromMilliseconds(40), ImagePull = TimeSpan.FromMilliseconds(40), Creation = TimeSpan.FromMilliseconds(40), FirstPause = TimeSpan.FromMilliseconds(5),
        AfterDeadline = TimeSpan.Zero,
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{conditions: [{type: Complete, status: 'True'}]}", "{phase: Succeeded}", "Succeeded", false, "Job j is complete")]
    [InlineData("{conditions: [{type: Failed, status: 'True', reason: BackoffLimitExceeded}]}", "{phase: Failed, containerStatuses: [{name: a, state: {terminated: {exitCode: 137, reason: OOMKilled}}}]}", "Failed", false, "container a ended with exit code 137 (OOMKilled)")]
    [InlineData("{conditions: [{type: Failed, status: 'True', reason: BackoffLimitExceeded}]}", "{phase: Failed, reason: Evicted, message: The node was low on memory}", "Failed", false, "pod p failed: The node was low on memory")]
    [InlineData("{conditions: [{type: Failed, status: 'True', reason: BackoffLimitExceeded}]}", null, "Deleted", false, "the pod of Job j was deleted before it ended")]
    [InlineData("{conditions: [{type: Failed, status: 'True', reason: DeadlineExceeded}]}", null, "DeadlineExceeded", false, "Job j was not done by")]
    [InlineData("{active: 1}", "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: 0/3 nodes are available}]}", "Unschedulable", true, "no node takes pod p: 0/3 nodes are available")]
    [InlineData("{active: 1}", "{phase: Pending, " + Scheduled + ", containerStatuses: [{name: a, state: {waiting: {reason: ImagePullBackOff, message: Back-off pulling image}}}]}", "ImagePull", true, "the image of container a in pod p cannot be had: ImagePullBackOff: Back-off pulling image")]
    [InlineData("{active: 1}", "{phase: Pending, " + Scheduled + ", initContainerStatuses: [{name: i, image: 'x y', state: {waiting: {reason: InvalidImageName}}}]}", "ImagePull", true, "the image of container i in pod p cannot be had: InvalidImageName: x y")]
    [InlineData("{active: 1}", "{phase: Pending, " + Scheduled + ", containerStatuses: [{name: a, state: {waiting: {reason: CreateContainerConfigError, message: secret not found}}}]}", "NotCreated", true, "container a of pod p cannot be made: CreateContainerConfigError: secret not found")]
    [InlineData("{active: 0}", null, "NotCreated", true, "Job j has no pod")]
    [InlineData("{active: 1}", "{phase: Running, containerStatuses: [{name: a, state: {running: {}}}]}", "DeadlineExceeded", true, "Job j was not done by")]
    [InlineData("{active: 1}", "{phase: Pending, " + Scheduled + ", containerStatuses: [{name: a, state: {waiting: {reason: ContainerCreating}}}]}", "DeadlineExceeded", true, "pod p did not begin")]
    [InlineData(null, null, "Deleted", false, "Job j was deleted before it ended")]
    public async Task Wait_TellsTheEnd_WhenTheJobIsSo(string? job, string? pod, string outcome, bool isGivenUp, string message)
    {
        var cluster = new MemoryCluster();
        var made = Job(job ?? "{}");
        if (job is not null)
        {
            cluster.Add(ResourceTypes.Jobs, made);
        }

        if (pod is not null)
        {
            cluster.Add(ResourceTypes.Pods, YamlJson.Read($"{{metadata: {{name: p, namespace: app, labels: {{batch.kubernetes.io/controller-uid: job-uid}}}}, status: {pod}}}").Single());
        }

        var end = await new JobRun(cluster, "app", TimeProvider.System, Quick, NullLogger.Instance)
            .WaitAsync(made, TimeProvider.System.GetUtcNow() + TimeSpan.FromMilliseconds(400), Token);

        (end.Outcome.ToString(), end.GivenUp).ShouldBe((outcome, isGivenUp), end.Message);
        end.Message.ShouldContain(message);
        (cluster.Peek(ResourceTypes.Jobs, "j") is null).ShouldBe(isGivenUp || job is null, "what is given up must not run later");
    }

    [Fact]
    public async Task Ensure_TakesTheJobOn_WhenAnEarlierAttemptMadeIt()
    {
        var cluster = new MemoryCluster();
        cluster.Add(ResourceTypes.Jobs, Job("{active: 1}"));

        var job = await new JobRun(cluster, "app", TimeProvider.System, Quick, NullLogger.Instance).EnsureAsync(Job("{}"), Token);

        job.Uid().ShouldBe("job-uid");
        cluster.All(ResourceTypes.Jobs).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Ensure_Refuses_WhenTheNameIsAnothers()
    {
        var cluster = new MemoryCluster();
        var others = Job("{active: 1}");
        others["metadata"]!["ownerReferences"]![0]!["uid"] = "another-session";
        cluster.Add(ResourceTypes.Jobs, others);

        var failure = await Should.ThrowAsync<RunFailureException>(
            () => new JobRun(cluster, "app", TimeProvider.System, Quick, NullLogger.Instance).EnsureAsync(Job("{}"), Token));

        failure.Failure.Message.ShouldContain("was not made by this session");
    }

    [Theory]
    [InlineData("one\n\n two\t2 \r\nthree\n", "one\n two 2\nthree")]
    [InlineData("", "")]
    public void Of_KeepsTheLastLines_WhenTheLogIsShort(string log, string tail) => LogTail.Of(log).ShouldBe(tail);

    [Fact]
    public void Of_IsCutAtTheFront_WhenTheLogIsLong()
    {
        var tail = LogTail.Of(string.Join('\n', Enumerable.Range(1, 40).Select(n => $"{n} {new string('ü', 200)}🗄")));

        System.Text.Encoding.UTF8.GetByteCount(tail).ShouldBeLessThanOrEqualTo(LogTail.Bytes);
        tail.ShouldStartWith("...");
        tail.Split('\n')[^1].ShouldStartWith("40 ");
    }

    private static JsonObject Job(string status) =>
        YamlJson.Read($"{{metadata: {{name: j, namespace: app, uid: job-uid, ownerReferences: [{{uid: session-uid}}]}}, status: {status}}}").Single();
}
