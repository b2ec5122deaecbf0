using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Stash.Core.Tests.Crds;

/// <summary>The summaries of a program's public types and members as plain sentences, out of the XML file that the compiler writes.</summary>
internal sealed partial class Docstrings
{
    private readonly Dictionary<string, string> summaries;

    /// <summary>Reads the file beside an assembly.</summary>
    public Docstrings(Assembly assembly) => summaries = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"))
        .Descendants("member")
        .Where(member => member.Element("summary") is not null)
        .ToDictionary(member => (string)member.Attribute("name")!, member => Sentence(member.Element("summary")!), StringComparer.Ordinal);

    /// <summary>The summary of a type; empty for none.</summary>
    public string Of(Type type) => summaries.GetValueOrDefault($"T:{type.FullName}", "");

    /// <summary>The summary of a property; empty for none.</summary>
    public string Of(PropertyInfo property) => summaries.GetValueOrDefault($"P:{property.DeclaringType!.FullName}.{property.Name}", "");

    private static string Sentence(XElement summary) => Blanks().Replace(string.Concat(summary.Nodes().Select(Text)), " ").Trim();

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => Named((string?)see.Attribute("cref") ?? (string?)see.Attribute("langword") ?? ""),
        XElement element => element.Value,
        _ => "",
    };

    // P:Stash.Core.Api.BackupTarget.Paths is what users know as paths.
    private static string Named(string reference)
    {
        var name = reference[(reference.LastIndexOf('.') + 1)..];
        return reference.StartsWith("P:", StringComparison.Ordinal) ? char.ToLowerInvariant(name[0]) + name[1..] : name;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
