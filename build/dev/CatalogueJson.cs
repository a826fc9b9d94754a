using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.CodeFixes;

namespace Assay.Dev;

/// <summary>The rules as the CLI lists them, so that listing them loads no compiler.</summary>
internal static class CatalogueJson
{
    public static string Render(IReadOnlyList<RuleEntry> rules)
    {
        using var bytes = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(bytes, options))
        {
            json.WriteStartArray();
            foreach (var rule in rules)
            {
                json.WriteStartObject();
                json.WriteString("id", rule.Id);
                json.WriteString("name", rule.Name);
                json.WriteString("category", rule.Descriptor.Category);
                json.WriteString("severity", RuleTable.SeverityOf(rule));
                json.WriteString("title", rule.Descriptor.Title.ToString());
                json.WriteBoolean("fix", rule.FixType is not null);
                json.WriteString("help", rule.Descriptor.HelpLinkUri);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }
}
