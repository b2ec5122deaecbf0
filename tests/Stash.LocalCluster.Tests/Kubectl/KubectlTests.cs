namespace Stash.LocalCluster.Tests.Kubectl;

/// <summary>The judge of discovery, patches, tables and streams is the real kubectl.</summary>
public sealed class KubectlTests(KubectlCluster kubectl)
{
    [Fact]
    public async Task Kubectl_AppliesChangesAndDeletes_AsOnACluster()
    {
        await using var ns = await NamespaceAsync();

        (await SucceedAsync($"{ns} apply -f -", CronJob("one"))).ShouldBe("cronjob.batch/tick created\n");
        (await SucceedAsync($"{ns} apply -f -", CronJob("one"))).ShouldBe("cronjob.batch/tick unchanged\n");
        (await SucceedAsync($"{ns} apply -f -", CronJob("two"))).ShouldBe("cronjob.batch/tick configured\n");
        (await SucceedAsync($"{ns} get cronjobs")).ShouldMatch(@"^NAME +SCHEDULE +TIMEZONE +SUSPEND +ACTIVE +LAST SCHEDULE +AGE\ntick +\*/5 \* \* \* \* +<none> +True +0 +<none> +\d+s\n$");
        (await SucceedAsync($"{ns} get cj tick -o jsonpath={{.spec.jobTemplate.spec.template.spec.containers[0].env[*].value}}")).ShouldBe("two");
        (await SucceedAsync($"{ns} label cj tick a=b")).ShouldBe("cronjob.batch/tick labeled\n");
        (await SucceedAsync($"{ns} annotate cj tick a=b")).ShouldBe("cronjob.batch/tick annotated\n");
        (await SucceedAsync($"{ns} get cj -l a=b -o name")).ShouldBe("cronjob.batch/tick\n");
        (await SucceedAsync($"{ns} describe cj tick")).ShouldContain("Suspend:");
        (await SucceedAsync($"{ns} delete cj tick")).ShouldBe("cronjob.batch \"tick\" deleted\n");
        (await kubectl.RunAsync($"{ns} get cj tick")).Error.ShouldBe("Error from server (NotFound): cronjobs.batch \"tick\" not found\n");
    }

    [Fact]
    public async Task Kubectl_RemovesFieldsByStrategicMergePatch_WhenTheyLeaveTheManifest()
    {
        await using var ns = await NamespaceAsync();
        await SucceedAsync($"{ns} apply -f -", CronJob("one"));

        await SucceedAsync($"{ns} apply -f -", CronJob("one").Replace("env: [{name: WHO, value: one}]", "", StringComparison.Ordinal));
        await SucceedAsync([.. ns.Arguments, "patch", "cj", "tick", "-p",
            """{"spec":{"jobTemplate":{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"other"}]}}}}}}"""]);

        (await SucceedAsync($"{ns} get cj tick -o jsonpath={{.spec.jobTemplate.spec.template.spec.containers[0]['image','env','command']}}"))
            .ShouldBe("""other ["sh","-c","echo hello $WHO"]""");
    }

    [Fact]
    public async Task Kubectl_IsRefused_WhenAServerSideApplyConflicts()
    {
        await using var ns = await NamespaceAsync();
        await SucceedAsync($"{ns} apply --server-side -f -", CronJob("one"));

        var refused = await kubectl.RunAsync($"{ns} apply --server-side --field-manager other -f -", CronJob("two"));
        var forced = await kubectl.RunAsync($"{ns} apply --server-side --field-manager other --force-conflicts -f -", CronJob("two"));

        refused.ExitCode.ShouldBe(1);
        refused.Error.ShouldStartWith("error: Apply failed with 1 conflict: conflicts with \"kubectl\":\n- .spec.jobTemplate.spec.template.spec.containers[name=\"main\"].env[name=\"WHO\"].value\n");
        forced.Output.ShouldBe("cronjob.batch/tick serverside-applied\n");
    }

    [Fact]
    public async Task Kubectl_MakesAJobFromACronJob_AndReadsItsLog()
    {
        await using var ns = await NamespaceAsync();
        await SucceedAsync($"{ns} apply -f -", CronJob("world"));

        await SucceedAsync($"{ns} create job now --from=cronjob/tick");
        await SucceedAsync($"{ns} wait --for=condition=Complete job/now --timeout=120s");

        (await SucceedAsync($"{ns} logs job/now")).ShouldBe("hello world\n");
        (await SucceedAsync($"{ns} get jobs now")).ShouldMatch(@"now +Complete +1/1");
    }

    [Fact]
    public async Task Kubectl_ExecutesInAPod_WithStreamsAndExitCode()
    {
        await using var ns = await NamespaceAsync();
        await SucceedAsync($"{ns} apply -f -", Pod);
        await SucceedAsync($"{ns} wait --for=condition=Ready pod/p --timeout=120s");

        var failed = await kubectl.RunAsync([.. ns.Arguments, "exec", "p", "--", "sh", "-c", "echo out; echo err >&2; exit 42"]);
        var echoed = await kubectl.RunAsync([.. ns.Arguments, "exec", "-i", "p", "--", "cat"], new string('x', 200_000));

        (failed.ExitCode, failed.Output).ShouldBe((42, "out\n"));
        failed.Error.ShouldContain("err\n");
        (echoed.ExitCode, echoed.Output.Length).ShouldBe((0, 200_000));
        (await SucceedAsync($"{ns} get pod p")).ShouldMatch(@"p +1/1 +Running +0 ");
    }

    [Fact]
    public async Task Kubectl_WritesBuiltInKindsItKnowsByType()
    {
        await using var ns = await NamespaceAsync();

        await SucceedAsync($"{ns} create secret generic s --from-literal=a=b");
        await SucceedAsync($"{ns} create configmap c --from-literal=a=b");
        await SucceedAsync($"{ns} create serviceaccount sa");
        await SucceedAsync($"{ns} create role r --verb=get --resource=pods");
        await SucceedAsync($"{ns} create rolebinding rb --role=r --serviceaccount={ns.Name}:sa");
        await SucceedAsync($"{ns} create deployment d --image=img --replicas=2");
        await SucceedAsync($"{ns} scale deployment d --replicas=0");

        (await SucceedAsync($"{ns} get secret s -o jsonpath={{.data.a}}")).ShouldBe("Yg==");
        (await SucceedAsync($"{ns} get rolebinding rb -o jsonpath={{.subjects[0].name}}/{{.roleRef.name}}")).ShouldBe("sa/r");
        (await SucceedAsync($"{ns} get deployment d -o jsonpath={{.spec.replicas}}")).ShouldBe("0");
        (await SucceedAsync($"{ns} create token sa")).Trim().Length.ShouldBeGreaterThan(20);
    }

    private async Task<string> SucceedAsync(string arguments, string? input = null) =>
        await SucceedAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), input);

    private async Task<string> SucceedAsync(IReadOnlyList<string> arguments, string? input = null)
    {
        var outcome = await kubectl.RunAsync(arguments, input);
        outcome.ExitCode.ShouldBe(0, $"kubectl {string.Join(' ', arguments)}\n{outcome.Output}\n{outcome.Error}");
        return outcome.Output;
    }

    private async Task<OwnNamespace> NamespaceAsync()
    {
        var ns = new OwnNamespace(kubectl, $"test-{Guid.NewGuid():n}"[..13]);
        await SucceedAsync(["create", "namespace", ns.Name]);
        return ns;
    }

    private static string CronJob(string who) => $$"""
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: tick}
        spec:
          schedule: "*/5 * * * *"
          suspend: true
          jobTemplate:
            spec:
              backoffLimit: 0
              template:
                spec:
                  restartPolicy: Never
                  containers:
                  - name: main
                    image: img
                    command: [sh, -c, "echo hello $WHO"]
                    env: [{name: WHO, value: {{who}}}]
        """;

    private const string Pod = """
        apiVersion: v1
        kind: Pod
        metadata: {name: p}
        spec:
          terminationGracePeriodSeconds: 1
          containers:
          - name: main
            image: img
            command: [sh, -c, "exec sleep 600"]
        """;

    private sealed class OwnNamespace(KubectlCluster kubectl, string name) : IAsyncDisposable
    {
        public string Name => name;

        public string[] Arguments => ["-n", name];

        public override string ToString() => $"-n {name}";

        public async ValueTask DisposeAsync() => await kubectl.RunAsync(["delete", "namespace", name, "--wait=false"]);
    }
}
