using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Grading;
using Assay.Grading.Batch;

namespace Assay.Cli.Grading;

/// <summary>Who moves between two gradings, for people, programs and spreadsheets.</summary>
internal static class MoveReport
{
    private static readonly JsonSerializerOptions Form = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.Default };

    /// <summary>For a terminal.</summary>
    public static string Text(IReadOnlyList<GradeMove> moves)
    {
        var text = new StringBuilder();
        foreach (var move in moves.Where(move => move.Moves || move.Reasons.Count > 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"{GradeSummary.Plain(move.Name)}: {Score(move.Before)} → {Score(move.After)}{(move.Points is { } points ? $" ({Signed(points)})" : "")}\n");
            foreach (var reason in move.Reasons)
                text.Append(CultureInfo.InvariantCulture, $"  {Signed(reason.Points),7}  {GradeSummary.Plain(reason.Text)}\n");
            text.Append('\n');
        }

        var up = moves.Count(move => move.Points > 0);
        var down = moves.Count(move => move.Points < 0);
        var moved = moves.Count(move => move.Moves);
        text.Append(CultureInfo.InvariantCulture, $"{Counted.Of(moves.Count, "submission")}: {up} up, {down} down, {moved - up - down} otherwise, {moves.Count - moved} as before");
        if (up + down > 0)
            text.Append(CultureInfo.InvariantCulture, $"; the largest move is {Signed(moves.Where(move => move.Points is not null).MaxBy(move => Math.Abs(move.Points!.Value))!.Points!.Value)}");
        return text.Append('\n').ToString();
    }

    /// <summary>For programs: every submission, also those that stay.</summary>
    public static string Json(IReadOnlyList<GradeMove> moves) => JsonSerializer.Serialize(
        moves.Select(move => new
        {
            Submission = move.Name,
            move.Moves,
            Before = move.Before?.Score,
            After = move.After?.Score,
            OutcomeBefore = Outcome(move.Before),
            OutcomeAfter = Outcome(move.After),
            move.Points,
            move.Reasons,
        }),
        Form) + "\n";

    /// <summary>For spreadsheets: a row for each reason, one without for who stays.</summary>
    public static string Csv(IReadOnlyList<GradeMove> moves) => MoveTable.Of(moves);

    private static string Score(GradeRecord? grade) => grade is null ? "–" : grade.Score is { } score ? score.ToString("0.##", CultureInfo.InvariantCulture) : "not graded";

    private static string Signed(decimal points) => points.ToString("+0.##;-0.##;0", CultureInfo.InvariantCulture);

    private static string? Outcome(GradeRecord? grade) => grade is null ? null : JsonNamingPolicy.CamelCase.ConvertName(grade.Outcome.ToString());
}
