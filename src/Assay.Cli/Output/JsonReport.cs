using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Cli.Rules;
using Assay.Cli.Scanning;

namespace Assay.Cli.Output;

/// <summary>The report for scripts: flat, in report order, the same bytes every time.</summary>
internal static class JsonReport
{
    private const int Version = 1;

    public static void Write(ScanReport report, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteStartArray("findings");
        foreach (var finding in report.Findings)
            WriteFinding(json, finding);
        json.WriteEndArray();
        json.WriteStartArray("notices");
        foreach (var notice in report.Notices)
            WriteNotice(json, notice);
        json.WriteEndArray();
        json.WriteStartObject("scanned");
        json.WriteNumber("projects", report.Size.Projects);
        json.WriteNumber("files", report.Size.Files);
        json.WriteNumber("lines", report.Size.Lines);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteFinding(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("rule", finding.RuleId);
        json.WriteString("name", finding.RuleName);
        json.WriteString("severity", SeverityName.Of(finding.Severity));
        json.WriteString("message", finding.Message);
        WritePlace(json, finding.Place);
        json.WriteStartArray("related");
        foreach (var place in finding.Related)
        {
            json.WriteStartObject();
            WritePlace(json, place);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("fingerprint", finding.Fingerprint);
        json.WriteBoolean("suppressed", finding.Suppressed);
        json.WriteBoolean("known", finding.Known);
        json.WriteString("fix", finding.FixTitle);
        json.WriteString("help", finding.Help);
        json.WriteEndObject();
    }

    private static void WritePlace(Utf8JsonWriter json, Place place)
    {
        json.WriteString("file", place.Shown);
        json.WriteNumber("line", place.Line);
        json.WriteNumber("column", place.Column);
        json.WriteNumber("endLine", place.EndLine);
        json.WriteNumber("endColumn", place.EndColumn);
        json.WriteString("member", place.Member);
    }

    private static void WriteNotice(Utf8JsonWriter json, Notice notice)
    {
        json.WriteStartObject();
        json.WriteString("level", notice.Level switch { NoticeLevel.Failed => "failed", NoticeLevel.Skipped => "skipped", _ => "note" });
        json.WriteString("path", notice.Path);
        json.WriteString("message", notice.Message);
        json.WriteEndObject();
    }
}
