using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assay.Bench.Reference;

/// <summary>One line of the result: a component against an anchor, as the ratio of the two, measured side by side in one process.</summary>
/// <param name="Component">The component, such as Limiters.</param>
/// <param name="Case">What is done.</param>
/// <param name="Anchor">What it is compared with.</param>
/// <param name="Ratio">Ours divided by the anchor's: below one is less time; of figures where more is better, above one is better.</param>
/// <param name="Goal">What was aimed at, such as "&lt;= 0.8, 0 B"; null for a row that only informs.</param>
/// <param name="Met">Whether it was reached; null without a goal, and where the machine was too busy to tell.</param>
/// <param name="Bytes">Allocated by one operation of ours; null where it was not measured.</param>
/// <param name="Ours">Our figure in <paramref name="Unit"/>, a median.</param>
/// <param name="Theirs">The anchor's.</param>
/// <param name="Unit">Nanoseconds an operation unless the case says otherwise.</param>
/// <param name="Threads">How many worked on the same object; with two, wall time divided by the operations of both.</param>
/// <param name="Samples">The slices the median is of; zero for a figure that does not depend on timing.</param>
internal sealed record BenchRow(
    string Component, string Case, string Anchor, double Ratio, string? Goal, bool? Met, double? Bytes,
    double Ours, double Theirs, string Unit, int Threads, int Samples)
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static List<BenchRow> Read(string path) =>
        JsonSerializer.Deserialize<List<BenchRow>>(File.ReadAllText(path), s_json) ?? throw new InvalidDataException($"{path} holds no rows.");

    /// <summary>Writes the rows in place of those of the same components; the rows of components that did not run stay.</summary>
    public static void Merge(string path, IReadOnlyCollection<BenchRow> rows)
    {
        var kept = File.Exists(path) ? Read(path).Where(old => rows.All(row => row.Component != old.Component)) : [];
        var all = kept.Concat(rows).OrderBy(row => row.Component, StringComparer.Ordinal);
        File.WriteAllText(path, JsonSerializer.Serialize(all, s_json) + "\n");
    }
}
