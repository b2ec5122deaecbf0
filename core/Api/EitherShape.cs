using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stash.Core.Api;

/// <summary>Reads params as a list of name and value or as a map of strings; writes a map.</summary>
public sealed class ParamsConverter : JsonConverter<IReadOnlyDictionary<string, string>>
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var name = reader.GetString()!;
                reader.Read();
                values[name] = ReadString(ref reader, $"the value of param {name}");
            }

            return values;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("params must be a map of strings or a list of name and value");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new JsonException("an entry of params must be an object with name and value");
            }

            var (name, value) = ReadEntry(ref reader);
            if (!values.TryAdd(name, value))
            {
                throw new JsonException($"param {name} is given twice");
            }
        }

        return values;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, text) in value)
        {
            writer.WriteString(name, text);
        }

        writer.WriteEndObject();
    }

    private static (string Name, string Value) ReadEntry(ref Utf8JsonReader reader)
    {
        string? name = null, value = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var property = reader.GetString();
            reader.Read();
            switch (property)
            {
                case "name": name = ReadString(ref reader, "the name of a param"); break;
                case "value": value = ReadString(ref reader, "the value of a param"); break;
                default: reader.Skip(); break;
            }
        }

        return name is null ? throw new JsonException("an entry of params has no name") : (name, value ?? "");
    }

    private static string ReadString(ref Utf8JsonReader reader, string what) => reader.TokenType == JsonTokenType.String
        ? reader.GetString()!
        : throw new JsonException($"{what} must be a string; quote it");
}

/// <summary>Reads a hook's exec as <c>{command: []}</c> or as a bare list; writes the former.</summary>
public sealed class ExecActionConverter : JsonConverter<ExecAction>
{
    /// <inheritdoc/>
    public override ExecAction Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            return new ExecAction { Command = ReadList(ref reader) };
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("exec must be an object with command, or a list of strings");
        }

        IReadOnlyList<string>? command = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isCommand = reader.ValueTextEquals("command"u8);
            reader.Read();
            if (isCommand && reader.TokenType == JsonTokenType.StartArray)
            {
                command = ReadList(ref reader);
            }
            else if (isCommand && reader.TokenType != JsonTokenType.Null)
            {
                throw new JsonException("exec.command must be a list of strings");
            }
            else
            {
                reader.Skip();
            }
        }

        return new ExecAction { Command = command };
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ExecAction value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value.Command is { } command)
        {
            writer.WriteStartArray("command"u8);
            foreach (var argument in command)
            {
                writer.WriteStringValue(argument);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static List<string> ReadList(ref Utf8JsonReader reader)
    {
        var list = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            list.Add(reader.TokenType == JsonTokenType.String
                ? reader.GetString()!
                : throw new JsonException("an argument of exec must be a string; quote it"));
        }

        return list;
    }
}

/// <summary>Reads <c>spec.repository</c> as an object (v1beta1) or a list (v1beta2); writes a list.</summary>
public sealed class RepositoryReferencesConverter : JsonConverter<IReadOnlyList<RepositoryReference>>
{
    /// <inheritdoc/>
    public override IReadOnlyList<RepositoryReference> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return [ReadOne(ref reader)];
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("repository must be an object with a name, or a list of such");
        }

        var list = new List<RepositoryReference>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            list.Add(ReadOne(ref reader));
        }

        return list;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<RepositoryReference> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var one in value)
        {
            JsonSerializer.Serialize(writer, one, StashJson.Default.RepositoryReference);
        }

        writer.WriteEndArray();
    }

    private static RepositoryReference ReadOne(ref Utf8JsonReader reader) =>
        JsonSerializer.Deserialize(ref reader, StashJson.Default.RepositoryReference)
        ?? throw new JsonException("an entry of repository must be an object with a name");
}
