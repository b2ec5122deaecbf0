using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Conversion;

namespace Stash.Core.Tests.Conversion;

public sealed class ObjectConverterTests
{
    private const string Key = Annotations.FurtherRepositories;

    /// <summary>What <c>spec</c> is in v1beta2; what it is in v1beta1; and the annotation there, null for none.</summary>
    public static TheoryData<string, string, string?> Pairs() => new()
    {
        { """{"repository":[{"name":"a"}],"paused":true}""", """{"repository":{"name":"a"},"paused":true}""", null },
        { """{"paused":true,"repository":[{"name":"a","namespace":"b","odd":1e400}]}""", """{"paused":true,"repository":{"name":"a","namespace":"b","odd":1e400}}""", null },
        { """{"paused":true}""", """{"paused":true}""", null },
        { """{"repository":[{}]}""", """{"repository":{}}""", null },
        { """{"repository":[{"name":"a"},{"name":"b"},{"name":"c","odd":[]}]}""", """{"repository":{"name":"a"}}""", """[{"name":"b"},{"name":"c","odd":[]}]""" },
        { """{"repository":[{"name":"a"},null]}""", """{"repository":{"name":"a"}}""", "[null]" },
        { """{"repository":[]}""", "{}", "[]" },
        { """{"repository":[null]}""", "{}", "[null]" },
        { """{"repository":["a",{"name":"b"}]}""", "{}", """["a",{"name":"b"}]""" },
        { """{"repository":{"name":"a"}}""", """{"repository":{"name":"a"}}""", "as-is" },
        { """{"repository":null}""", """{"repository":null}""", "as-is" },
        { """{"repository":"a"}""", """{"repository":"a"}""", "as-is" },
        {
            """{"repository":[{"name":"a"}],"target":{"alias":"x","sidecar":{"functionName":"f","params":{"a":"b"}},"new":{"deep":[1]}},"task":null}""",
            """{"repository":{"name":"a"},"target":{"alias":"x","sidecar":{"functionName":"f","params":{"a":"b"}},"new":{"deep":[1]}},"task":null}""",
            null
        },
        { "7", "7", null },
        { "null", "null", null },
        { "[]", "[]", null },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Convert_GivesTheOtherVersion_InBothDirections(string newer, string older, string? annotation)
    {
        var (v1Beta2, v1Beta1) = (Config(StashApi.V1Beta2, newer, null), Config(StashApi.V1Beta1, older, annotation));
        var before = v1Beta2.ToJsonString();

        var down = ObjectConverter.Convert(v1Beta2, StashApi.V1Beta1);
        var up = ObjectConverter.Convert(down, StashApi.V1Beta2);

        down.ToJsonString().ShouldBe(v1Beta1.ToJsonString());
        JsonNode.DeepEquals(up, v1Beta2).ShouldBeTrue(up.ToJsonString());
        v1Beta2.ToJsonString().ShouldBe(before, "the source stays as it is");
    }

    /// <summary>What only a hand could have written into v1beta1: it comes back as well.</summary>
    [Theory]
    [InlineData("""{"repository":[{"name":"a"}]}""")]
    [InlineData("""{"repository":[]}""")]
    [InlineData("""{"repository":[{"name":"a"},{"name":"b"}]}""")]
    [InlineData("""{"repository":null}""")]
    [InlineData("""{"repository":7}""")]
    public void Convert_ComesBack_WhenV1Beta1HasAnotherShape(string spec)
    {
        var odd = Config(StashApi.V1Beta1, spec, null);

        var up = ObjectConverter.Convert(odd, StashApi.V1Beta2);
        var down = ObjectConverter.Convert(up, StashApi.V1Beta1);

        ((string)up["metadata"]!["annotations"]![Key]!).ShouldBe("as-is");
        down.ToJsonString().ShouldBe(odd.ToJsonString());
    }

    [Fact]
    public void Convert_KeepsTheFurtherRepositories_WhenTheFirstIsChangedInV1Beta1()
    {
        var older = Config(StashApi.V1Beta1, """{"repository":{"name":"changed"}}""", """[{"name":"b"}]""");

        var newer = ObjectConverter.Convert(older, StashApi.V1Beta2);

        newer.ToJsonString().ShouldBe(Config(StashApi.V1Beta2, """{"repository":[{"name":"changed"},{"name":"b"}]}""", null).ToJsonString());
    }

    [Theory]
    [InlineData("what somebody wrote")]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("""[{"a":1,"a":2}]""")]
    public void Convert_LeavesTheAnnotation_WhenNoConversionWroteIt(string annotation)
    {
        var older = Config(StashApi.V1Beta1, """{"repository":{"name":"a"}}""", annotation);

        var newer = ObjectConverter.Convert(older, StashApi.V1Beta2);

        newer.ToJsonString().ShouldBe(Config(StashApi.V1Beta2, """{"repository":[{"name":"a"}]}""", annotation).ToJsonString());
    }

    [Theory]
    [InlineData(StashApi.V1Beta1, StashApi.V1Beta1, "BackupConfiguration")]
    [InlineData("stash.appscode.com/v9", "stash.appscode.com/v9", "Whatever")]
    public void Convert_GivesTheObjectItself_WhenItHasTheVersion(string from, string to, string kind)
    {
        var one = Config(from, """{"repository":[]}""", null, kind);

        ObjectConverter.Convert(one, to).ShouldBeSameAs(one);
    }

    [Theory]
    [InlineData("stash.appscode.com/v1beta1", "stash.appscode.com/v1", "BackupConfiguration", "BackupConfiguration demo/db: there is no conversion from stash.appscode.com/v1beta1 to stash.appscode.com/v1;")]
    [InlineData("stash.appscode.com/v1", "stash.appscode.com/v1beta2", "BackupConfiguration", "BackupConfiguration demo/db: there is no conversion from stash.appscode.com/v1 ")]
    [InlineData("v1", "stash.appscode.com/v1beta2", "Pod", "Pod demo/db: there is no conversion from v1 ")]
    [InlineData("stash.appscode.com/v1alpha1", "stash.appscode.com/v1beta1", "Repository", "Repository demo/db: there is no conversion")]
    [InlineData("", "stash.appscode.com/v1beta1", "BackupConfiguration", "BackupConfiguration demo/db: apiVersion and kind must be strings")]
    public void Convert_SaysWhichObjectAndWhy_WhenThereIsNoSuchConversion(string from, string to, string kind, string message) =>
        Should.Throw<ConversionException>(() => ObjectConverter.Convert(Config(from, "{}", null, kind), to)).Message.ShouldStartWith(message);

    [Theory]
    [InlineData("""{"apiVersion":7,"kind":"BackupConfiguration"}""", "BackupConfiguration without a name: apiVersion and kind must be strings")]
    [InlineData("""{"apiVersion":"stash.appscode.com/v1beta2","kind":["x"],"metadata":{"name":"db"}}""", "object db: apiVersion and kind must be strings")]
    [InlineData("{}", "object without a name: apiVersion and kind must be strings")]
    [InlineData(
        """{"apiVersion":"stash.appscode.com/v1beta2","kind":"BackupConfiguration","metadata":7,"spec":{"repository":[]}}""",
        "BackupConfiguration without a name: metadata is not an object")]
    [InlineData(
        """{"apiVersion":"stash.appscode.com/v1beta2","kind":"BackupConfiguration","metadata":{"name":"db","annotations":[]},"spec":{"repository":[]}}""",
        "BackupConfiguration db: metadata.annotations is not a map")]
    public void Convert_SaysWhichObjectAndWhy_WhenItIsMalformed(string json, string message) =>
        Should.Throw<ConversionException>(() => ObjectConverter.Convert(JsonNode.Parse(json)!.AsObject(), StashApi.V1Beta1)).Message.ShouldBe(message);

    private static JsonObject Config(string apiVersion, string spec, string? annotation, string kind = "BackupConfiguration")
    {
        var metadata = JsonNode.Parse("""{"name":"db","namespace":"demo","uid":"u","labels":{"app":"db"},"finalizers":["f"]}""")!;
        if (annotation is not null)
        {
            metadata["annotations"] = new JsonObject { [Key] = annotation };
        }

        return new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind, ["metadata"] = metadata, ["spec"] = JsonNode.Parse(spec), ["status"] = new JsonObject() };
    }
}
