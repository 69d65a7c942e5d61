using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace WrnCloud.Functions.OpenApi;

/// <summary>The contracts' documentation comments, from the XML files that the compiler writes beside the assemblies.</summary>
internal sealed class XmlDocumentation
{
    private readonly Dictionary<string, XElement> _members = [];

    private XmlDocumentation()
    {
    }

    /// <summary>Reads the files of these types' assemblies; the types of a missing file have no descriptions.</summary>
    public static XmlDocumentation Of(params IEnumerable<Type> types)
    {
        var documentation = new XmlDocumentation();
        foreach (var assembly in types.Select(t => t.Assembly).Distinct())
        {
            var file = Path.Combine(AppContext.BaseDirectory, $"{assembly.GetName().Name}.xml");
            if (!File.Exists(file)) continue;
            foreach (var member in XDocument.Load(file).Descendants("member"))
                if (member.Attribute("name")?.Value is { } name) documentation._members[name] = member;
        }

        return documentation;
    }

    /// <summary>A type's summary.</summary>
    public string? Summary(Type type) => Text(Member($"T:{NameOf(type)}")?.Element("summary"));

    /// <summary>A property's summary; in a positional record it is on the type's parameter.</summary>
    public string? Summary(Type type, string property) =>
        Text(Member($"P:{NameOf(type)}.{property}")?.Element("summary"))
        ?? Text(Member($"T:{NameOf(type)}")?.Elements("param").FirstOrDefault(p => p.Attribute("name")?.Value == property));

    private static string NameOf(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private XElement? Member(string name) => _members.GetValueOrDefault(name);

    private static string? Text(XElement? element)
    {
        if (element is null) return null;
        var text = new StringBuilder();
        Append(element, text);
        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static void Append(XElement element, StringBuilder text)
    {
        foreach (var node in element.Nodes())
        {
            if (node is XText words) text.Append(words.Value);
            else if (node is XElement { HasAttributes: true, IsEmpty: true } reference) text.Append(LastName(reference.FirstAttribute!.Value));
            else if (node is XElement inner && node.NodeType == XmlNodeType.Element) Append(inner, text);
        }
    }

    // Readers know "P:WrnCloud.Jobs.Job.State" as "State".
    private static string LastName(string reference) => reference.Split('(')[0].Split('.', ':')[^1];
}
