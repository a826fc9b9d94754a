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
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <inheritdoc />
    public override string Format => "json";

    /// <inheritdoc />
    public override string Ending => ".json";

    /// <summary>Reads a record back.</summary>
    /// <exception cref="JsonException">The text is no such record.</exception>
    public static GradeRecord Read(string text)
    {
        using var document = JsonDocument.Parse(text);
        return Read(document.RootElement);
    }

    /// <summary>Reads a record back.</summary>
    /// <exception cref="JsonException">That is no such record.</exception>
    public static GradeRecord Read(JsonElement record)
    {
        // The serializer refuses a null that is a member, and takes one in a list.
        return HasHole(record) ? throw new JsonException("a list has null for an item") : record.Deserialize<GradeRecord>(Form) ?? throw new JsonException("empty");
    }

    private static bool HasHole(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.Null || HasHole(item)),
        JsonValueKind.Object => element.EnumerateObject().Any(member => HasHole(member.Value)),
        _ => false,
    };

    /// <inheritdoc />
    public override string Write(GradeRecord grade) => JsonSerializer.Serialize(grade, Form) + "\n";
}
