using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Stash.Core.Api;
using Stash.Core.Conversion;

namespace Stash.Core.Tests.Conversion;

/// <summary>Configs made at random, of shapes that schemas take and of shapes that they do not: there and back gives the same.</summary>
public sealed class ConversionProperties
{
    private static readonly string[] Leaves =
        ["null", "true", "0", "1.50", "-1e400", "12345678901234567890123", "\"\"", "\"a\"", "\"\\u0000\\ud83d\\ude00\"", "[]", "{}"];

    private static readonly string[] Entries = ["""{"name":"a"}""", """{"name":"b","namespace":"c"}""", "{}", """{"odd":[{"x":null}]}""", "null", "\"a\"", "[]"];

    private static readonly string[] SpecFields =
        ["paused", "schedule", "target", "task", "hooks", "retentionPolicy", "interimVolumeTemplate", "unknown", "Repository", "repositories"];

    [Theory]
    [InlineData(StashApi.V1Beta2, StashApi.V1Beta1)]
    [InlineData(StashApi.V1Beta1, StashApi.V1Beta2)]
    public void Convert_ComesBackTheSame_WhateverTheObject(string from, string to) =>
        Prop.ForAll(Configs(from).ToArbitrary(), text =>
        {
            var config = JsonNode.Parse(text)!.AsObject();
            var there = ObjectConverter.Convert(config, to);
            var back = ObjectConverter.Convert(there, from);

            return (JsonNode.DeepEquals(back, config)
                && config.ToJsonString() == JsonNode.Parse(text)!.ToJsonString()
                && (string)there["apiVersion"]! == to
                && SameMetadata(there, config)
                && SameButTheRepository(there, config)).Label($"{text}\n{there.ToJsonString()}\n{back.ToJsonString()}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Theory]
    [InlineData(StashApi.V1Beta2, StashApi.V1Beta1, """[{"name":"a"}]""")]
    [InlineData(StashApi.V1Beta1, StashApi.V1Beta2, """{"name":"a","odd":{}}""")]
    public void Convert_ComesBackByteForByte_WhenTheShapeIsTheUsualOne(string from, string to, string repository) =>
        Prop.ForAll(Members().ToArbitrary(), members =>
        {
            var text = $$$"""{"apiVersion":"{{{from}}}","kind":"BackupConfiguration","metadata":{"name":"db"},"spec":{{{{members[0]}}}"repository":{{{repository}}}{{{members[1]}}}}}""";
            var config = JsonNode.Parse(text)!.AsObject();

            return ObjectConverter.Convert(ObjectConverter.Convert(config, to), from).ToJsonString() == config.ToJsonString();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    private static Gen<string[]> Members() =>
        from before in Field(Gen.Elements(SpecFields[..5]))
        from after in Field(Gen.Elements(SpecFields[5..]))
        select new[] { $"{before},", $",{after}" };

    private static Gen<string> Configs(string apiVersion) =>
        from repository in Repositories()
        from fields in Field(Gen.Elements(SpecFields)).ListOf()
        from metadata in Gen.Elements(
            """{"name":"db","namespace":"demo"}""",
            """{"name":"db","annotations":{"a":"b"},"labels":{}}""",
            """{"name":"db","annotations":{"stash.appscode.com/further":"[]","kubectl.kubernetes.io/last-applied-configuration":"{}"},"managedFields":[{"fieldsV1":{"f:spec":{"f:repository":{}}}}]}""")
        from status in Gen.Elements("", ""","status":{"phase":"Ready","conditions":[]}""", ""","status":null,"more":[1]""")
        let members = fields.DistinctBy(field => field.Split(':')[0]).Prepend(repository).Where(field => field.Length > 0)
        select $$"""{"apiVersion":"{{apiVersion}}","kind":"BackupConfiguration","metadata":{{metadata}},"spec":{{{string.Join(',', members)}}}{{status}}}""";

    private static Gen<string> Repositories() => Gen.OneOf(
        Gen.Constant(""),
        from entries in Gen.Elements(Entries).ListOf()
        select $"\"repository\":[{string.Join(',', entries)}]",
        from entry in Gen.Elements([.. Entries, .. Leaves])
        select $"\"repository\":{entry}");

    private static Gen<string> Field(Gen<string> names) =>
        from name in names
        from value in Values(3)
        select $"\"{name}\":{value}";

    private static Gen<string> Values(int depth) => depth == 0
        ? Gen.Elements(Leaves)
        : Gen.OneOf(
            Gen.Elements(Leaves),
            from items in Values(depth - 1).ListOf()
            select $"[{string.Join(',', items)}]",
            from items in Values(depth - 1).ListOf()
            select $"{{{string.Join(',', items.Select((item, i) => $"\"k{i}\":{item}"))}}}");

    // Kubernetes lets a conversion change labels and annotations, and nothing else of the metadata.
    private static bool SameMetadata(JsonObject one, JsonObject other)
    {
        var (left, right) = (one["metadata"]!.DeepClone().AsObject(), other["metadata"]!.DeepClone().AsObject());
        left.Remove("annotations");
        right.Remove("annotations");
        return JsonNode.DeepEquals(left, right);
    }

    private static bool SameButTheRepository(JsonObject one, JsonObject other)
    {
        var (left, right) = (one.DeepClone().AsObject(), other.DeepClone().AsObject());
        foreach (var json in (JsonObject[])[left, right])
        {
            json.Remove("metadata");
            json.Remove("apiVersion");
            (json["spec"] as JsonObject)?.Remove("repository");
        }

        return JsonNode.DeepEquals(left, right);
    }
}
