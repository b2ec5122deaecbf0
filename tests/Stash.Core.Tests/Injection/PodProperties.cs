using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Stash.Core.Injection;

namespace Stash.Core.Tests.Injection;

/// <summary>Pods made at random, out of parts that collide often.</summary>
public sealed class PodProperties
{
    private static readonly string[] Volumes = ["data", "logs", "cache", "stash-work", "stash-repository"];
    private static readonly string[] Paths = ["/", "/data", "/data/deep", "/logs", "/var/run", "/etc", "/usr/bin", "/dataset", "/data/"];
    private static readonly string[] Names = ["app", "web", "stash", "log-shipper"];

    [Fact]
    public void Decide_GivesAValidPodOrAReason_WhenGivenAnyPod()
    {
        var property = Prop.ForAll(Pods().ToArbitrary(), pod =>
        {
            var request = GoldenCase.Named("native-statefulset").Request(pod);
            var wasValid = PodRules.Faults(pod).Count == 0;
            var outcome = Injector.Decide(request);
            if (outcome.Patch is null)
            {
                return outcome.Skip is not null;
            }

            var patched = PodRules.Apply(pod, outcome.Patch);
            return (!wasValid || PodRules.Faults(patched).Count == 0)
                && Injector.Decide(request with { Pod = patched }).Skip?.Code == SkipReasons.AlreadyInjected.Code;
        });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), property);
    }

    [Fact]
    public void Decide_NeverThrows_WhenPartsHaveWrongTypes()
    {
        var whole = GoldenCase.Named("native-statefulset").Pod();
        foreach (var path in Pointers(whole, []))
        {
            foreach (var wrong in (string[])["null", "7", "\"text\"", "[]", "[null]", "{}", "[{}]", "true", "1e999"])
            {
                var pod = whole.DeepClone().AsObject();
                Replace(pod, path, JsonNode.Parse(wrong));

                var outcome = Injector.Decide(GoldenCase.Named("native-statefulset").Request(pod));

                (outcome.Patch is null).ShouldBe(outcome.Skip is not null, $"{string.Join('/', path)} = {wrong}");
            }
        }
    }

    private static IEnumerable<string[]> Pointers(JsonNode? node, string[] at)
    {
        var children = node switch
        {
            JsonObject map => map.Select(one => (one.Key, one.Value)),
            JsonArray list => list.Select((one, i) => ($"{i}", one)),
            _ => [],
        };
        foreach (var (key, child) in children)
        {
            yield return [.. at, key];
            foreach (var deeper in Pointers(child, [.. at, key]))
            {
                yield return deeper;
            }
        }
    }

    private static void Replace(JsonNode root, string[] path, JsonNode? value)
    {
        var parent = path[..^1].Aggregate(root, (node, key) => node is JsonArray list ? list[int.Parse(key, null)]! : node[key]!);
        if (parent is JsonArray array)
        {
            array[int.Parse(path[^1], null)] = value;
        }
        else
        {
            parent[path[^1]] = value;
        }
    }

    private static Gen<JsonObject> Pods() =>
        from containers in Containers().NonEmptyListOf()
        from init in Containers().ListOf()
        from volumes in Gen.Elements(Volumes).ListOf()
        from shape in Gen.Choose(0, 31)
        select Pod(containers, init, volumes, shape);

    private static Gen<JsonObject> Containers() =>
        from name in Gen.Elements(Names)
        from mounts in Mounts().ListOf()
        from user in Gen.Elements<long?>(null, 0, 999)
        select Container(name, mounts, user);

    private static Gen<(string Volume, string Path)> Mounts() =>
        from volume in Gen.Elements(Volumes)
        from path in Gen.Elements(Paths)
        select (volume, path);

    private static JsonObject Container(string name, IEnumerable<(string Volume, string Path)> mounts, long? user)
    {
        var container = new JsonObject
        {
            ["name"] = name,
            ["image"] = "app",
            ["volumeMounts"] = new JsonArray([.. mounts.Select(mount => new JsonObject { ["name"] = mount.Volume, ["mountPath"] = mount.Path })]),
        };
        if (user is not null)
        {
            container["securityContext"] = new JsonObject { ["runAsUser"] = user };
        }

        return container;
    }

    private static JsonObject Pod(IEnumerable<JsonObject> containers, IEnumerable<JsonObject> init, IEnumerable<string> volumes, int shape)
    {
        var spec = new JsonObject { ["containers"] = new JsonArray([.. containers.Select(one => one.DeepClone())]) };
        if ((shape & 1) == 0)
        {
            spec["initContainers"] = new JsonArray([.. init.Select(one => one.DeepClone())]);
        }

        if ((shape & 2) == 0)
        {
            spec["volumes"] = new JsonArray([.. volumes.Select(name => new JsonObject { ["name"] = name, ["emptyDir"] = new JsonObject() })]);
        }

        var metadata = new JsonObject { ["labels"] = new JsonObject { ["stash.appscode.com/config"] = "db" } };
        if ((shape & 4) == 0)
        {
            metadata["annotations"] = new JsonObject { ["stash.appscode.com/sidecar"] = (shape & 8) == 0 ? "classic" : "native" };
        }

        if ((shape & 16) == 0)
        {
            spec["restartPolicy"] = "Never";
        }

        return new JsonObject { ["metadata"] = metadata, ["spec"] = spec };
    }
}
