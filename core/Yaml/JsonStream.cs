using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Stash.Core.Yaml;

/// <summary>Reads text that is JSON: escapes and surrogate pairs that a YAML parser takes otherwise mean here what JSON says.</summary>
internal static class JsonStream
{
    /// <summary>Every value of the text; null when it is not JSON, so that YAML's flow style gets its turn and names the place of the fault.</summary>
    public static List<YamlDocument>? TryRead(string text)
    {
        var documents = new List<YamlDocument>();
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions
        {
            AllowMultipleValues = true,
            MaxDepth = YamlReader.MaxDepth,
        });
        try
        {
            while (reader.Read())
            {
                using var document = JsonDocument.ParseValue(ref reader);
                var strict = JsonNode.Parse(document.RootElement.GetRawText(), documentOptions: new JsonDocumentOptions
                {
                    AllowDuplicateProperties = false,
                    MaxDepth = YamlReader.MaxDepth,
                });
                documents.Add(new YamlDocument(strict, 1, 1));
            }

            return documents;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
