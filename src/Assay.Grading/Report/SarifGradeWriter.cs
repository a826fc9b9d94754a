using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Assay.Grading.Report;

/// <summary>SARIF 2.1.0: a result for each finding, with the points it cost and the other half of a race as a related location.</summary>
public sealed class SarifGradeWriter : GradeWriter
{
    /// <inheritdoc />
    public override string Format => "sarif";

    /// <inheritdoc />
    public override string Ending => ".sarif";

    /// <inheritdoc />
    public override string Write(GradeRecord grade) => JsonFormats.Text(writer =>
    {
        var rules = grade.Findings.DistinctBy(finding => finding.Rule).OrderBy(finding => finding.Rule, StringComparer.Ordinal).ToArray();
        writer.WriteStartObject();
        writer.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        writer.WriteString("version", "2.1.0");
        writer.WriteStartArray("runs");
        writer.WriteStartObject();
        WriteTool(writer, grade, rules);
        writer.WriteString("columnKind", "utf16CodeUnits");
        writer.WriteStartArray("results");
        for (var i = 0; i < grade.Findings.Count; i++)
            WriteResult(writer, grade, i, Array.FindIndex(rules, rule => rule.Rule == grade.Findings[i].Rule));
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static void WriteTool(Utf8JsonWriter writer, GradeRecord grade, FindingRecord[] rules)
    {
        writer.WriteStartObject("tool");
        writer.WriteStartObject("driver");
        writer.WriteString("name", "Assay");
        writer.WriteString("semanticVersion", grade.Toolchain.Assay);
        writer.WriteStartArray("rules");
        foreach (var rule in rules)
        {
            writer.WriteStartObject();
            writer.WriteString("id", rule.Rule);
            WriteMessage(writer, "shortDescription", rule.Title);
            writer.WriteString("helpUri", rule.HelpLink);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter writer, GradeRecord grade, int index, int rule)
    {
        var finding = grade.Findings[index];
        writer.WriteStartObject();
        writer.WriteString("ruleId", finding.Rule);
        writer.WriteNumber("ruleIndex", rule);
        writer.WriteString("level", finding.Severity == "warning" ? "warning" : "note");
        writer.WriteString("kind", "fail");
        WriteMessage(writer, "message", finding.Message);
        writer.WriteStartArray("locations");
        WriteLocation(writer, new PlaceRecord(finding.Path, finding.Line, finding.Column, finding.EndLine, finding.EndColumn));
        writer.WriteEndArray();
        writer.WriteStartArray("relatedLocations");
        foreach (var place in finding.Related)
            WriteLocation(writer, place);
        writer.WriteEndArray();
        writer.WriteStartObject("partialFingerprints");
        writer.WriteString("assay/v1", Fingerprint(finding));
        writer.WriteEndObject();
        writer.WriteStartArray("suppressions");
        writer.WriteEndArray();
        writer.WriteStartObject("properties");
        writer.WriteNumber("points", -grade.Criteria.SelectMany(criterion => criterion.Deductions).Where(deduction => deduction.Finding == index).Sum(deduction => deduction.Points));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteLocation(Utf8JsonWriter writer, PlaceRecord place)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("physicalLocation");
        writer.WriteStartObject("artifactLocation");
        writer.WriteString("uri", string.Join('/', place.Path.Split('/').Select(Uri.EscapeDataString)));
        writer.WriteEndObject();
        writer.WriteStartObject("region");
        writer.WriteNumber("startLine", place.Line);
        writer.WriteNumber("startColumn", place.Column);
        writer.WriteNumber("endLine", place.EndLine);
        writer.WriteNumber("endColumn", place.EndColumn);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteMessage(Utf8JsonWriter writer, string name, string text)
    {
        writer.WriteStartObject(name);
        writer.WriteString("text", ReportText.Plain(text));
        writer.WriteEndObject();
    }

    private static string Fingerprint(FindingRecord finding) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{finding.Rule}|{finding.Path}|{finding.Message}")))[..32];
}
