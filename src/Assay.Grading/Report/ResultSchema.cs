namespace Assay.Grading.Report;

/// <summary>The JSON schema of the native format, <c>assay.result/1</c>.</summary>
public static class ResultSchema
{
    /// <summary>The schema's text (JSON Schema draft 7).</summary>
    public static string Text { get; } = Read();

    private static string Read()
    {
        using var stream = typeof(ResultSchema).Assembly.GetManifestResourceStream("assay.result.schema.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
