using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assay.Grading.Report;

/// <summary>The native format, <c>assay.result/1</c>: everything, from which every other format is written.</summary>
public sealed class JsonGradeWriter : GradeWriter
{
    /// <summary>How records are written and read.</summary>
    public static JsonSerializerOptions Form { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.Default,
    };

    /// <inheritdoc />
    public override string Format => "json";

    /// <inheritdoc />
    public override string Ending => ".json";

    /// <summary>Reads a record back.</summary>
    /// <exception cref="JsonException">The text is no such record.</exception>
    public static GradeRecord Read(string text) => JsonSerializer.Deserialize<GradeRecord>(text, Form) ?? throw new JsonException("empty");

    /// <inheritdoc />
    public override string Write(GradeRecord grade) => JsonSerializer.Serialize(grade, Form) + "\n";
}
