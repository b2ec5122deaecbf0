using System.Text.Json.Nodes;
using Stash.Core.Tests.Injection;

namespace Stash.Core.Tests.Tasks;

public sealed class TaskPlannerTests
{
    private const string OtherSession = "0d7c9a4e-1111-4a5b-9c3d-000000000002";

    public static TheoryData<string> Cases() => [.. TaskCase.Names()];

    public static TheoryData<string> Jobs() => [.. TaskCase.Names().Where(name => TaskCase.Named(name).Plan().Fault is null)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Plan_GivesWhatIsExpected_WhenGivenACase(string name)
    {
        var golden = TaskCase.Named(name);

        var actual = golden.Actual(golden.Plan());

        actual.ShouldBe(golden.Expected());
    }

    [Theory]
    [MemberData(nameof(Jobs))]
    public void Plan_MakesAPodThatAnApiServerTakes_WhenItMakesAJob(string name)
    {
        var pod = JsonNode.Parse(TaskCase.Named(name).Plan().Job!.ToJsonString())!["spec"]!["template"]!.AsObject();

        PodRules.Faults(pod).ShouldBeEmpty();
        var containers = (pod["spec"]!["initContainers"] as JsonArray ?? []).Concat(pod["spec"]!["containers"]!.AsArray()).Select(one => one!.AsObject());
        foreach (var container in containers)
        {
            var context = pod["spec"]!["securityContext"]!.DeepClone().AsObject();
            foreach (var (field, value) in container["securityContext"]!.AsObject())
            {
                context[field] = value?.DeepClone();
            }

            PodRules.Unrestricted(new JsonObject { ["securityContext"] = context }).ShouldBe(name == "claim-of-a-running-pod" ? ["runAsNonRoot", "runAsUser", "capabilities.add"] : []);
        }
    }

    [Theory]
    [MemberData(nameof(Jobs))]
    public void Plan_NamesTheJobByTheSession_WhenASessionIsPlannedTwice(string name)
    {
        var golden = TaskCase.Named(name);
        static string NameOf(JsonObject? job) => (string)job!["metadata"]!["name"]!;

        var first = NameOf(golden.Plan().Job);

        first.Length.ShouldBeLessThanOrEqualTo(63);
        NameOf(golden.Plan().Job).ShouldBe(first);
        NameOf(golden.Plan(OtherSession).Job).ShouldNotBe(first);
        new[] { NameOf(golden.Plan(memberHost: "db-0").Job), NameOf(golden.Plan(memberHost: "web-0").Job), first }.ShouldBeUnique();
    }
}
