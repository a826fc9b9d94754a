using System.Globalization;
using Assay.Grading.Report;

namespace Assay.Grading.Batch;

/// <summary>Moves as a table: a row for each reason, one row for who has none.</summary>
public static class MoveTable
{
    /// <summary>The table.</summary>
    public static string Of(IReadOnlyList<GradeMove> moves) =>
        CsvTable.Row(["submission", "before", "after", "points", "reason points", "reason"]) + string.Concat(moves.Select(Rows));

    private static string Rows(GradeMove move) => string.Concat(
        (move.Reasons.Count == 0 ? [null] : move.Reasons.Select(reason => (MoveReason?)reason))
        .Select(reason => CsvTable.Row([move.Name, Points(move.Before?.Score), Points(move.After?.Score), Points(move.Points), Points(reason?.Points), reason?.Text ?? ""])));

    private static string Points(decimal? points) => points?.ToString("0.##", CultureInfo.InvariantCulture) ?? "";
}
