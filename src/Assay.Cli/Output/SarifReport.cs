using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Cli.Rules;
using Assay.Cli.Scanning;
using Microsoft.CodeAnalysis;

namespace Assay.Cli.Output;

/// <summary>
/// SARIF 2.1.0, the form code hosts and editors read. Nothing in it depends on the machine or the hour, so that a stored
/// report can be compared with a new one.
/// </summary>
internal static class SarifReport
{
    private const string Root = "SRCROOT";

    public static void Write(ScanReport report, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        // Only the rules that found something: a report does not change because the catalogue grew.
        var rules = report.Findings.Select(f => f.RuleId).Distinct().Order(StringComparer.Ordinal).ToImmutableArray();
        json.WriteStartObject();
        json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        WriteTool(json, rules, report);
        WriteInvocation(json, report);
        WriteRoot(json);
        json.WriteString("columnKind", "utf16CodeUnits");
        json.WriteStartArray("results");
        foreach (var finding in report.Findings)
            WriteResult(json, finding, rules.IndexOf(finding.RuleId), report.HasBaseline);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTool(Utf8JsonWriter json, ImmutableArray<string> rules, ScanReport report)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "Assay");
        json.WriteString("semanticVersion", typeof(SarifReport).Assembly.GetName().Version!.ToString(3));
        json.WriteString("informationUri", "https://assay.example");
        json.WriteStartArray("rules");
        foreach (var rule in rules)
            WriteRule(json, rule, report.Findings.First(f => f.RuleId == rule));
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteRule(Utf8JsonWriter json, string id, Finding example)
    {
        var card = RuleBook.Find(id) ?? new RuleCard(id, example.RuleName, "", SeverityName.Of(example.Severity), example.RuleName, Fix: false, example.Help);
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("name", card.Name);
        WriteText(json, "shortDescription", card.Title);
        if (RuleBook.Page(id) is { } page)
        {
            WriteText(json, "fullDescription", RulePage.Why(page));
            json.WriteStartObject("help");
            json.WriteString("text", RulePage.Plain(page));
            json.WriteString("markdown", page.ReplaceLineEndings("\n"));
            json.WriteEndObject();
        }
        if (Uri.IsWellFormedUriString(card.Help, UriKind.Absolute))
            json.WriteString("helpUri", card.Help);
        json.WriteStartObject("defaultConfiguration");
        json.WriteString("level", card.Severity switch { "error" => "error", "warning" => "warning", "suggestion" => "note", _ => "none" });
        json.WriteBoolean("enabled", card.Severity != SeverityName.Off);
        json.WriteEndObject();
        json.WriteStartObject("properties");
        json.WriteString("category", card.Category);
        json.WriteStartArray("tags");
        json.WriteStringValue(card.Category);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteInvocation(Utf8JsonWriter json, ScanReport report)
    {
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteBoolean("executionSuccessful", !report.AnythingFailed);
        json.WriteStartArray("toolExecutionNotifications");
        foreach (var notice in report.Notices)
        {
            json.WriteStartObject();
            json.WriteString("level", notice.Level switch { NoticeLevel.Failed => "error", NoticeLevel.Skipped => "warning", _ => "note" });
            WriteText(json, "message", notice.Line);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteRoot(Utf8JsonWriter json)
    {
        json.WriteStartObject("originalUriBaseIds");
        json.WriteStartObject(Root);
        WriteText(json, "description", "The root of the repository, or the folder the scan was started in.");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, Finding finding, int ruleIndex, bool hasBaseline)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", finding.RuleId);
        json.WriteNumber("ruleIndex", ruleIndex);
        json.WriteString("level", finding.Severity switch { DiagnosticSeverity.Error => "error", DiagnosticSeverity.Warning => "warning", _ => "note" });
        WriteText(json, "message", finding.Message);
        json.WriteStartArray("locations");
        WriteLocation(json, finding.Place, id: null);
        json.WriteEndArray();
        if (!finding.Related.IsEmpty)
        {
            json.WriteStartArray("relatedLocations");
            for (var i = 0; i < finding.Related.Length; i++)
                WriteLocation(json, finding.Related[i], id: i + 1);
            json.WriteEndArray();
        }
        json.WriteStartObject("partialFingerprints");
        json.WriteString("assay/v1", finding.Fingerprint);
        json.WriteEndObject();
        if (hasBaseline)
            json.WriteString("baselineState", finding.Known ? "unchanged" : "new");
        json.WriteStartArray("suppressions");
        if (finding.Suppressed)
        {
            json.WriteStartObject();
            json.WriteString("kind", "inSource");
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLocation(Utf8JsonWriter json, Place place, int? id)
    {
        json.WriteStartObject();
        if (id is not null)
        {
            json.WriteNumber("id", id.Value);
            WriteText(json, "message", place.Member.Length > 0 ? $"See also {place.Member}, line {place.Line}." : $"See also line {place.Line}.");
        }
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        if (Path.IsPathFullyQualified(place.Shown))
        {
            json.WriteString("uri", new Uri(place.Shown).AbsoluteUri);
        }
        else
        {
            json.WriteString("uri", string.Join('/', place.Shown.Split('/').Select(Uri.EscapeDataString)));
            json.WriteString("uriBaseId", Root);
        }
        json.WriteEndObject();
        json.WriteStartObject("region");
        json.WriteNumber("startLine", place.Line);
        json.WriteNumber("startColumn", place.Column);
        json.WriteNumber("endLine", place.EndLine);
        json.WriteNumber("endColumn", place.EndColumn);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string property, string text)
    {
        json.WriteStartObject(property);
        json.WriteString("text", text);
        json.WriteEndObject();
    }
}
