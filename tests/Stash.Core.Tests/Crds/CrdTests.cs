using System.Text.Json.Nodes;

namespace Stash.Core.Tests.Crds;

public sealed class CrdTests
{
    private const string Rules = "x-kubernetes-validations";

    public static TheoryData<string> Plurals => CrdFile.Plurals;

    /// <summary>The records are where fields, types and descriptions come from. <c>STASH_UPDATE_GOLDENS=1</c> writes them into the manifest.</summary>
    [Theory]
    [MemberData(nameof(Plurals))]
    public void Manifest_HasTheRecordsFieldsTypesAndDocstrings_InEveryVersion(string plural)
    {
        var file = CrdFile.Of(plural);
        var refreshed = file.Refreshed();
        if (Environment.GetEnvironmentVariable("STASH_UPDATE_GOLDENS") == "1")
        {
            File.WriteAllText(file.Path, refreshed);
        }

        File.ReadAllText(file.Path).ShouldBe(refreshed, "run make goldens and read the diff");
    }

    [Theory]
    [MemberData(nameof(Plurals))]
    public void Schema_IsStructuralAndExplained_InEveryField(string plural)
    {
        foreach (var version in CrdFile.Of(plural).Versions)
        {
            var places = Places(CrdFile.Schema(version), "").ToList();

            places.Where(place => Untyped(place.Schema)).Select(place => place.Path).ShouldBeEmpty("structural schemas have a type everywhere");
            places.Where(place => place.IsField && place.Path != ".metadata" && Unexplained(place)).Select(place => $"{place.Path}: {place.Schema["description"]}").ShouldBeEmpty();
            (version["subresources"]?["status"] is not null).ShouldBe(CrdFile.Schema(version)["properties"]!["status"] is not null, "a status is written by itself");
        }
    }

    /// <summary>Both shapes are let through in these fields alone: no others may lose their type.</summary>
    [Fact]
    public void Schema_LetsTwoShapesThrough_WhereUsersWriteBoth()
    {
        var untyped = Places(CrdFile.Schema(CrdFile.Of("backupconfigurations").Versions[0]), "")
            .Where(place => place.Schema["type"] is null && place.Schema["x-kubernetes-int-or-string"] is null)
            .Select(place => place.Path[(place.Path.LastIndexOf('.') + 1)..]);

        untyped.Distinct().ShouldBe(["params", "exec"], ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Plurals))]
    public void Rules_SayWhatIsWrongAndWhere_InEveryPlace(string plural)
    {
        foreach (var (path, schema, _) in CrdFile.Of(plural).Versions.SelectMany(version => Places(CrdFile.Schema(version), "")))
        {
            foreach (var rule in (schema[Rules] as JsonArray ?? []).Select(rule => rule!))
            {
                ((string?)rule["message"]).ShouldNotBeNullOrWhiteSpace(path);
                if ((string?)rule["fieldPath"] is { } field)
                {
                    field[1..].Split('.').Aggregate((JsonNode?)schema, (at, name) => at?["properties"]?[name]).ShouldNotBeNull($"{path}: no field {field}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Plurals))]
    public void Columns_ShowFieldsThatExist_AndNoFutureTimeAsAge(string plural)
    {
        foreach (var version in CrdFile.Of(plural).Versions)
        {
            foreach (var column in version["additionalPrinterColumns"]!.AsArray().Select(column => column!))
            {
                var path = (string)column["jsonPath"]!;
                if (!path.StartsWith(".metadata", StringComparison.Ordinal))
                {
                    Shown(CrdFile.Schema(version), path).ShouldNotBeNull(path);
                }

                ((string?)column["description"]).ShouldNotBeNullOrWhiteSpace(path);
                (path == ".status.nextScheduleTime" && (string)column["type"]! == "date").ShouldBeFalse("a date in the future is shown as <invalid>");
            }
        }
    }

    [Fact]
    public void Conversion_AsksTheWebhook_WhoseAuthorityTheInstallationPutsIn()
    {
        var spec = CrdFile.Of("backupconfigurations").Crd["spec"]!;

        spec["versions"]!.AsArray().Select(version => ((string)version!["name"]!, (bool)version["served"]!, (bool)version["storage"]!))
            .ShouldBe([("v1beta2", true, true), ("v1beta1", true, false)]);
        spec["conversion"]!.ToJsonString().ShouldBe(
            """{"strategy":"Webhook","webhook":{"conversionReviewVersions":["v1"],"clientConfig":{"service":{"namespace":"stash-system","name":"stash-webhook","path":"/convert","port":443}}}}""");
        Core.Kubernetes.ResourceTypes.BackupConfigurations.Version.ShouldBe("v1beta2", "what is ours reads the stored version, which needs no conversion");
    }

    private static IEnumerable<(string Path, JsonObject Schema, bool IsField)> Places(JsonObject schema, string path, bool isField = true)
    {
        yield return (path, schema, isField);
        var inner = (schema["properties"] as JsonObject ?? []).Select(field => (Path: $"{path}.{field.Key}", Schema: field.Value!.AsObject(), IsField: true))
            .Concat(new[] { "items", "additionalProperties" }.Where(name => schema[name] is JsonObject)
                .Select(name => (Path: path + "[]", Schema: schema[name]!.AsObject(), IsField: schema[name]!["properties"] is not null)));
        foreach (var place in inner.SelectMany(one => Places(one.Schema, one.Path, one.IsField)))
        {
            yield return place;
        }
    }

    private static bool Untyped(JsonObject schema) =>
        schema["type"] is null && schema["x-kubernetes-preserve-unknown-fields"] is null && schema["x-kubernetes-int-or-string"] is null;

    // A sentence of three words at least, which says more than the field's name.
    private static bool Unexplained((string Path, JsonObject Schema, bool IsField) place) =>
        (string?)place.Schema["description"] is not { } text || !text.EndsWith('.') || text.Split(' ').Length < 3 || text.Length < 14;

    private static JsonNode? Shown(JsonObject schema, string jsonPath)
    {
        JsonNode? at = schema;
        foreach (var step in jsonPath[1..].Replace("[?(@.status==\"False\")]", "[]", StringComparison.Ordinal).Replace("[*]", "[]", StringComparison.Ordinal).Replace("[0]", "[]", StringComparison.Ordinal).Split('.'))
        {
            at = at?["properties"]?[step.Replace("[]", "", StringComparison.Ordinal)];
            at = step.EndsWith("[]", StringComparison.Ordinal) ? at?["items"] : at;
        }

        return at;
    }
}
