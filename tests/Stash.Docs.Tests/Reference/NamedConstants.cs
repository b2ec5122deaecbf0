using System.Reflection;
using System.Text;
using System.Xml.Linq;

namespace Stash.Docs.Tests.Reference;

/// <summary>The summaries of constants, as the compiler wrote them beside the assemblies.</summary>
public static class NamedConstants
{
    /// <summary>Value and summary of every constant of a class that stands for names.</summary>
    public static IReadOnlyList<(string Name, object Value, string Summary)> Of(Assembly assembly, string type)
    {
        var members = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
            .ToDictionary(member => (string)member.Attribute("name")!, member => member.Element("summary"), StringComparer.Ordinal);
        var found = assembly.GetType(type, throwOnError: true)!
            .GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(field => field.IsLiteral && !field.IsPrivate)
            .Select(field => (field.Name, field.GetRawConstantValue()!, Text(members.GetValueOrDefault($"F:{type}.{field.Name}"), $"{type}.{field.Name}")))
            .ToArray();
        return found.Length > 0 ? found : throw new InvalidOperationException($"{type} has no constants");
    }

    private static string Text(XElement? summary, string member)
    {
        if (summary is null)
        {
            throw new InvalidOperationException($"{member} has no docstring");
        }

        var text = new StringBuilder();
        foreach (var node in summary.Nodes())
        {
            text.Append(node switch
            {
                XText plain => plain.Value,
                XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                XElement element when ((string?)element.Attribute("cref") ?? (string?)element.Attribute("href")) is { } reference =>
                    element.Name.LocalName == "see" && reference.Length > 2 && reference[1] == ':' ? $"`{reference[(reference.LastIndexOf('.') + 1)..]}`" : reference,
                XElement element => element.Value,
                _ => "",
            });
        }

        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
