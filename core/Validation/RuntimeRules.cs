using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.Validation;

/// <summary><c>spec.runtimeSettings</c> and <c>spec.tempDir</c>: how the sidecar and the Jobs' pods run.</summary>
internal static class RuntimeRules
{
    private static readonly string[] OwnPodFields =
        ["containers", "initContainers", "ephemeralContainers", "restartPolicy", "volumes", "activeDeadlineSeconds"];

    public static void Check(BackupTemplate spec, Findings findings)
    {
        CheckTempDir(spec.TempDir, FieldPath.Spec["tempDir"], findings);
        CheckInterim(spec, FieldPath.Spec["interimVolumeTemplate"], findings);

        CheckSettings(spec.RuntimeSettings, FieldPath.Spec["runtimeSettings"], findings);
    }

    /// <summary>The settings of a config or of a Function.</summary>
    public static void CheckSettings(RuntimeSettings? settings, FieldPath field, Findings findings)
    {
        if (settings?.Container is { } container)
        {
            CheckContainer(container, field["container"], findings);
        }

        if (settings?.Pod is { } pod)
        {
            CheckPod(pod, field["pod"], findings);
        }
    }

    private static void CheckInterim(BackupTemplate spec, FieldPath field, Findings findings)
    {
        if (spec.InterimVolumeTemplate is not { } template)
        {
            return;
        }

        if (spec.Task is null)
        {
            findings.Warn(field, "has no effect without spec.task");
        }

        if (template["spec"]?["accessModes"] is not JsonArray { Count: > 0 })
        {
            findings.Required(field["spec"]["accessModes"], "for example [ReadWriteOnce]");
        }

        if (template["spec"]?["resources"]?["requests"]?["storage"] is null)
        {
            findings.Required(field["spec"]["resources"]["requests"]["storage"], "how much the data on its way may take, for example 10Gi");
        }
    }

    private static void CheckTempDir(TempDir? folder, FieldPath field, Findings findings)
    {
        if (folder is null)
        {
            return;
        }

        if (folder.Medium is not (null or "" or "Memory"))
        {
            findings.NotSupported(field["medium"], folder.Medium, "", "Memory");
        }

        if (folder.SizeLimit is { } limit && !Quantity.IsValid(limit))
        {
            findings.Invalid(field["sizeLimit"], limit, Quantity.Form);
        }

        if (folder.Medium == "Memory" && folder.SizeLimit is null)
        {
            findings.Warn(field, "the cache counts as the pod's memory: set sizeLimit or disableCaching");
        }
    }

    private static void CheckContainer(ContainerRuntimeSettings container, FieldPath field, Findings findings)
    {
        CheckRange(container.Nice?.Adjustment, -20, 19, field["nice"]["adjustment"], findings);
        CheckRange(container.Ionice?.Class, 1, 3, field["ionice"]["class"], findings);
        CheckRange(container.Ionice?.ClassData, 0, 7, field["ionice"]["classData"], findings);
        if (container.Nice?.Adjustment < 0 || container.Ionice?.Class == 1)
        {
            findings.Warn(field, "a raised priority is ignored where the pod lacks CAP_SYS_NICE");
        }

        foreach (var kind in (string[])["requests", "limits"])
        {
            CheckQuantities(container.Resources?[kind], field["resources"][kind], findings);
        }

        CheckEnvironment(container.Env ?? [], field["env"], findings);
    }

    private static void CheckQuantities(JsonNode? quantities, FieldPath field, Findings findings)
    {
        foreach (var (name, value) in quantities as JsonObject ?? [])
        {
            var text = value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value?.ToJsonString() ?? "";
            if (!Quantity.IsValid(text))
            {
                findings.Invalid(field.Key(name), text, Quantity.Form);
            }
        }
    }

    private static void CheckEnvironment(JsonArray variables, FieldPath field, Findings findings)
    {
        for (var i = 0; i < variables.Count; i++)
        {
            var entry = variables[i] as JsonObject;
            var name = entry?["name"]?.GetValueKind() == JsonValueKind.String ? entry["name"]!.GetValue<string>() : "";
            if (name.Length == 0)
            {
                findings.Required(field[i]["name"]);
            }
            else if (name.StartsWith("RESTIC_REPOSITORY", StringComparison.Ordinal) || name.StartsWith("RESTIC_PASSWORD", StringComparison.Ordinal))
            {
                findings.Forbidden(field[i]["name"], $"{name} comes from the Repository and its Secret");
            }
        }
    }

    private static void CheckPod(PodRuntimeSettings pod, FieldPath field, Findings findings)
    {
        if (pod.ServiceAccountName is { } account && !NameRules.IsSubdomain(account))
        {
            findings.Invalid(field["serviceAccountName"], account, NameRules.SubdomainForm);
        }

        foreach (var (name, _) in pod.Rest ?? [])
        {
            if (OwnPodFields.Contains(name, StringComparer.Ordinal))
            {
                findings.Forbidden(field[name], "is the runner's own and may not be set");
            }
        }
    }

    private static void CheckRange(int? value, int least, int most, FieldPath field, Findings findings)
    {
        if (value < least || value > most)
        {
            findings.Invalid(field, value.Value, $"must be from {least} to {most}");
        }
    }
}
