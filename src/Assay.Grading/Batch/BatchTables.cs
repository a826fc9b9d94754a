using System.Globalization;
using Assay.Grading.Batch.Similarity;
using Assay.Grading.Report;

namespace Assay.Grading.Batch;

/// <summary>A batch as tables for spreadsheets.</summary>
public static class BatchTables
{
    /// <summary>How each check did.</summary>
    public static string Checks(IReadOnlyList<CheckStatistic> statistics) =>
        CsvTable.Row(["stage", "check", "sentence", "asked", "passed", "difficulty", "discrimination", "flags"]) + string.Concat(statistics.Select(one => CsvTable.Row(
        [
            one.Stage.ToString(CultureInfo.InvariantCulture), one.Id, one.Sentence, one.Asked.ToString(CultureInfo.InvariantCulture), one.Passed.ToString(CultureInfo.InvariantCulture),
            Share(one.Difficulty), Share(one.Discrimination), string.Join(' ', one.Flags),
        ])));

    /// <summary>Which submissions are alike, a row for each place.</summary>
    public static string Similar(IReadOnlyList<SimilarPair> pairs) =>
        CsvTable.Row(["first", "second", "share of first", "share of second", "words", "first file", "first member", "first line", "first end", "second file", "second member", "second line", "second end"]) +
        string.Concat(pairs.SelectMany(pair => pair.Places.Select(place => CsvTable.Row(
        [
            pair.First, pair.Second, Share(pair.ShareOfFirst), Share(pair.ShareOfSecond), place.Words.ToString(CultureInfo.InvariantCulture), .. Cells(place.First), .. Cells(place.Second),
        ]))));

    private static string[] Cells(CodePlace place) =>
        [place.Path, place.Member, place.Line.ToString(CultureInfo.InvariantCulture), place.EndLine.ToString(CultureInfo.InvariantCulture)];

    private static string Share(double? share) => share?.ToString("0.###", CultureInfo.InvariantCulture) ?? "";
}
