using System.Text.Json.Nodes;
using Stash.Core.Tests.Yaml;
using Stash.Core.Validation;

namespace Stash.Core.Tests.Validation;

public sealed class InvalidStatusTests
{
    [Fact]
    public void Create_IsWhatTheApiServerAnswers_WhenTwoFieldsAreWrong()
    {
        Fault[] faults =
        [
            new("spec.target.sidecar", FaultType.Forbidden, "may not be set together with spec.task"),
            new("spec.backupHistoryLimit", FaultType.Invalid, "must not be negative", "-1") { Bare = true },
        ];

        InvalidStatus.Create("stash.appscode.com", "BackupConfiguration", "db", faults).ShouldEqualJson(JsonNode.Parse("""
            {
              "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "reason": "Invalid", "code": 422,
              "message": "BackupConfiguration.stash.appscode.com \"db\" is invalid: [spec.target.sidecar: Forbidden: may not be set together with spec.task, spec.backupHistoryLimit: Invalid value: -1: must not be negative]",
              "details": {
                "name": "db", "group": "stash.appscode.com", "kind": "BackupConfiguration",
                "causes": [
                  {"reason": "FieldValueForbidden", "message": "Forbidden: may not be set together with spec.task", "field": "spec.target.sidecar"},
                  {"reason": "FieldValueInvalid", "message": "Invalid value: -1: must not be negative", "field": "spec.backupHistoryLimit"}
                ]
              }
            }
            """));
    }

    [Fact]
    public void Message_HasNoBrackets_WhenOneFieldIsWrong() =>
        InvalidStatus.Message("", "Pod", "a", [new("spec", FaultType.Required, "")]).ShouldBe("Pod \"a\" is invalid: spec: Required value");

    [Theory]
    [InlineData(FaultType.Required, "x", "", "f: Required value", "FieldValueRequired")]
    [InlineData(FaultType.Invalid, "a\"b\n", "why", "f: Invalid value: \"a\\\"b\\n\": why", "FieldValueInvalid")]
    [InlineData(FaultType.Forbidden, "x", "why", "f: Forbidden: why", "FieldValueForbidden")]
    [InlineData(FaultType.NotFound, "gcs-rpo", "(did you mean \"gcs-repo\"?)", "f: Not found: \"gcs-rpo\" (did you mean \"gcs-repo\"?)", "FieldValueNotFound")]
    [InlineData(FaultType.NotFound, "x", "", "f: Not found: \"x\"", "FieldValueNotFound")]
    [InlineData(FaultType.NotSupported, "x", "supported values: \"a\", \"b\"", "f: Unsupported value: \"x\": supported values: \"a\", \"b\"", "FieldValueNotSupported")]
    [InlineData(FaultType.Duplicate, "x", "", "f: Duplicate value: \"x\"", "FieldValueDuplicate")]
    [InlineData(FaultType.TooMany, "2", "must have at most 1 item", "f: Too many: \"2\": must have at most 1 item", "FieldValueTooMany")]
    public void ToString_IsKubernetesForm_WhateverTheType(FaultType type, string value, string detail, string text, string reason)
    {
        var fault = new Fault("f", type, detail, value);

        fault.ToString().ShouldBe(text);
        fault.Reason.ShouldBe(reason);
    }

    [Theory]
    [InlineData("gcs-rpo", "gcs-repo")]
    [InlineData("gsc-repo", "gcs-repo")]
    [InlineData("GCS-REPO", "gcs-repo")]
    [InlineData("db", null)]
    [InlineData("something-else", null)]
    public void Find_GivesTheNearest_OnlyWhenItIsClose(string name, string? nearest) =>
        NearestName.Find(name, ["s3-main", "gcs-repo", "local"]).ShouldBe(nearest);
}
