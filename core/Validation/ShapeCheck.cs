using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Stash.Core.Api;

namespace Stash.Core.Validation;

/// <summary>Compares JSON with a record's contract: collects every wrong type and every unknown field, and takes nulls out.</summary>
internal sealed class ShapeCheck(JsonSerializerOptions options, string apiVersion)
{
    /// <summary>Fields of meta/v1 ObjectMeta that the API server fills in and <see cref="ObjectMeta"/> does not need.</summary>
    private static readonly HashSet<string> UnreadMetadata = new(StringComparer.Ordinal)
    {
        "managedFields", "selfLink", "deletionGracePeriodSeconds", "clusterName",
    };

    /// <summary>What no object is without; the CRDs require it.</summary>
    private static readonly HashSet<Type> Specs = [typeof(BackupConfigurationSpec), typeof(BackupBatchSpec), typeof(RepositorySpec), typeof(BackupSessionSpec), typeof(FunctionSpec), typeof(TaskSpec)];

    public List<Fault> Faults { get; } = [];

    public List<string> Unknown { get; } = [];

    /// <summary>Checks the properties of an object.</summary>
    public void CheckObject(JsonObject json, JsonTypeInfo type, FieldPath path)
    {
        var rest = type.Properties.Any(property => property.IsExtensionData);
        foreach (var (name, value) in json.ToArray())
        {
            var property = type.Properties.FirstOrDefault(known => !known.IsExtensionData && known.Name == name);
            if (property is { Get: null, Set: null })
            {
                Unknown.Add(path[name].Text);
            }
            else if (property is null)
            {
                if (!rest && !(type.Type == typeof(ObjectMeta) && UnreadMetadata.Contains(name)))
                {
                    Unknown.Add(path[name].Text);
                }
            }
            else if (value is null)
            {
                json.Remove(name);
            }
            else
            {
                CheckProperty(value, property, path[name]);
            }
        }

        foreach (var property in type.Properties.Where(property => !property.IsExtensionData && !json.ContainsKey(property.Name)))
        {
            if (property.IsRequired || Specs.Contains(property.PropertyType))
            {
                Faults.Add(new Fault(path[property.Name].Text, FaultType.Required, ""));
            }
            else if (property.PropertyType == typeof(ObjectMeta))
            {
                // The source generator sets an absent one to null, whatever its initial value.
                json[property.Name] = new JsonObject();
            }
        }
    }

    private void CheckProperty(JsonNode value, JsonPropertyInfo property, FieldPath path)
    {
        switch (property.CustomConverter)
        {
            case ParamsConverter:
                CheckParams(value, path);
                break;
            case RepositoryReferencesConverter:
                CheckRepositories(value, path);
                break;
            default:
                Check(value, options.GetTypeInfo(property.PropertyType), path);
                break;
        }
    }

    private void Check(JsonNode? value, JsonTypeInfo type, FieldPath path)
    {
        if (value is null)
        {
            Faults.Add(new Fault(path.Text, FaultType.Required, "must not be null"));
        }
        else if (type.Type == typeof(ExecAction))
        {
            CheckExec(value, path);
        }
        else if (type.Kind == JsonTypeInfoKind.None)
        {
            CheckScalar(value, Nullable.GetUnderlyingType(type.Type) ?? type.Type, path);
        }
        else if (type.Kind == JsonTypeInfoKind.Enumerable)
        {
            if (Expect<JsonArray>(value, "a list", path) is { } list)
            {
                CheckItems(list, options.GetTypeInfo(type.ElementType!), path);
            }
        }
        else if (Expect<JsonObject>(value, "an object", path) is { } json)
        {
            if (type.Kind == JsonTypeInfoKind.Dictionary)
            {
                CheckEntries(json, options.GetTypeInfo(type.ElementType!), path);
            }
            else
            {
                CheckObject(json, type, path);
            }
        }
    }

    private void CheckItems(JsonArray list, JsonTypeInfo item, FieldPath path)
    {
        for (var i = 0; i < list.Count; i++)
        {
            Check(list[i], item, path[i]);
        }
    }

    private void CheckEntries(JsonObject map, JsonTypeInfo element, FieldPath path)
    {
        foreach (var (key, value) in map)
        {
            Check(value, element, path.Key(key));
        }
    }

    // v1beta1 has one where v1beta2 has a list; what says neither may have either.
    private void CheckRepositories(JsonNode value, FieldPath path)
    {
        var item = options.GetTypeInfo(typeof(RepositoryReference));
        switch (value, apiVersion)
        {
            case (JsonArray list, not StashApi.V1Beta1):
                CheckItems(list, item, path);
                break;
            case (JsonObject one, not StashApi.V1Beta2):
                CheckObject(one, item, path);
                break;
            default:
                var wanted = apiVersion == StashApi.V1Beta1 ? "an object in v1beta1" : "a list of objects in v1beta2";
                Faults.Add(ScalarCheck.WrongType(value, wanted, path));
                break;
        }
    }

    private void CheckParams(JsonNode value, FieldPath path)
    {
        var text = options.GetTypeInfo(typeof(string));
        if (value is not JsonArray list)
        {
            if (Expect<JsonObject>(value, "a map of strings, or a list of name and value", path) is { } map)
            {
                CheckEntries(map, text, path);
            }

            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is not JsonObject entry)
            {
                Faults.Add(ScalarCheck.WrongType(list[i] ?? JsonValue.Create(""), "an object with name and value", path[i]));
                continue;
            }

            CheckParam(entry, text, names, path[i]);
        }
    }

    private void CheckParam(JsonObject entry, JsonTypeInfo text, HashSet<string> names, FieldPath path)
    {
        foreach (var (field, content) in entry.ToArray())
        {
            if (field is not ("name" or "value"))
            {
                Unknown.Add(path[field].Text);
            }
            else if (content is null)
            {
                entry.Remove(field);
            }
            else
            {
                Check(content, text, path[field]);
            }
        }

        if (entry["name"] is null)
        {
            Faults.Add(new Fault(path["name"].Text, FaultType.Required, ""));
        }
        else if (entry["name"]!.GetValueKind() == JsonValueKind.String && !names.Add(entry["name"]!.GetValue<string>()))
        {
            Faults.Add(new Fault(path["name"].Text, FaultType.Duplicate, "", entry["name"]!.GetValue<string>()));
        }
    }

    private void CheckExec(JsonNode value, FieldPath path)
    {
        var arguments = options.GetTypeInfo(typeof(string));
        if (value is JsonArray list)
        {
            CheckItems(list, arguments, path);
        }
        else if (Expect<JsonObject>(value, "an object with command, or a list of strings", path) is { } exec)
        {
            Unknown.AddRange(exec.Where(entry => entry.Key != "command").Select(entry => path[entry.Key].Text));
            if (exec["command"] is { } command && Expect<JsonArray>(command, "a list of strings", path["command"]) is { } words)
            {
                CheckItems(words, arguments, path["command"]);
            }
        }
    }

    private T? Expect<T>(JsonNode value, string wanted, FieldPath path)
        where T : JsonNode
    {
        if (value is T right)
        {
            return right;
        }

        Faults.Add(ScalarCheck.WrongType(value, wanted, path));
        return null;
    }

    private void CheckScalar(JsonNode value, Type type, FieldPath path)
    {
        if (ScalarCheck.Judge(value, type, path) is { } fault)
        {
            Faults.Add(fault);
        }
    }
}
