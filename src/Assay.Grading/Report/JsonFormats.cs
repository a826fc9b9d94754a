using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Assay.Grading.Report;

/// <summary>Writes JSON as all formats want it: indented, \n, escaped so that it may stand in HTML.</summary>
internal static class JsonFormats
{
    private static readonly JsonWriterOptions Form = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.Default };

    /// <summary>The text of what is written.</summary>
    public static string Text(Action<Utf8JsonWriter> write)
    {
        var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Form))
            write(writer);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length) + "\n";
    }
}
