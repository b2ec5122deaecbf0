using System.Text.Json.Nodes;
using Stash.Core.Yaml;

namespace Stash.Webhook.Waking;

/// <summary>The Job that runs sync, from a file that is mounted beside the webhook: so it needs no right to read CronJobs.</summary>
internal static class SyncJobTemplate
{
    private const string Image = "$(STASH_RUNNER_IMAGE)";

    /// <summary>The Job of a name. The file is read each time: a ConfigMap changes under a running pod.</summary>
    /// <exception cref="SyncJobTemplateException">It is not there, or not a Job with a namespace.</exception>
    public static JsonObject Read(string path, string name, string image)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new SyncJobTemplateException($"{path} cannot be read: {fault.Message}", fault);
        }

        var job = Parse(path, text);
        if (job["metadata"] is not JsonObject metadata || (string?)metadata["namespace"] is not { Length: > 0 })
        {
            throw new SyncJobTemplateException($"{path}: metadata.namespace: Required value: the namespace that Jobs of sync are made in");
        }

        metadata["name"] = name;
        Expand(job, image);
        return job;
    }

    private static JsonObject Parse(string path, string text)
    {
        try
        {
            return YamlJson.Read(text) is [{ } job] && (string?)job["kind"] == "Job" && (string?)job["apiVersion"] == "batch/v1"
                ? job
                : throw new SyncJobTemplateException($"{path} must hold one batch/v1 Job");
        }
        catch (FormatException fault)
        {
            throw new SyncJobTemplateException($"{path}: {fault.Message}", fault);
        }
    }

    private static void Expand(JsonNode node, string image)
    {
        switch (node)
        {
            case JsonObject json:
                foreach (var (key, value) in json.ToArray())
                {
                    if (value is JsonValue text && text.TryGetValue<string>(out var found) && found == Image)
                    {
                        json[key] = image;
                    }
                    else if (value is not null)
                    {
                        Expand(value, image);
                    }
                }

                break;
            case JsonArray list:
                foreach (var item in list.OfType<JsonNode>())
                {
                    Expand(item, image);
                }

                break;
        }
    }
}

/// <summary>The template of the sync Job cannot be used; the message says why.</summary>
internal sealed class SyncJobTemplateException(string message, Exception? innerException = null) : Exception(message, innerException);
