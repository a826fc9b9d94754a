using System.Globalization;
using System.Text;
using Assay.Grading;

namespace Assay.Cli.Grading;

/// <summary>Grades as a person reads them in a terminal: the points, and each lost one with its reason.</summary>
internal static class GradeSummary
{
    /// <summary>The text. Nothing of a submission reaches the terminal with its control characters.</summary>
    public static string Of(IReadOnlyList<GradeRecord> grades)
    {
        var text = new StringBuilder();
        foreach (var grade in grades)
            Append(text, grade);
        var isolation = grades[0].Isolation;
        text.Append(CultureInfo.InvariantCulture, $"{Counted.Of(grades.Count, "submission")}, exercise {grades[0].Exercise.Id}, seed {grades[0].Seed}, isolation {isolation.Level} ({string.Join(", ", isolation.Mechanisms)})\n");
        return text.ToString();
    }

    /// <summary>A batch whose reports lie in a folder: a line each, and where to look.</summary>
    public static string Short(IReadOnlyList<GradeRecord> grades, int kept, string index)
    {
        var text = new StringBuilder();
        foreach (var grade in grades)
            text.Append(CultureInfo.InvariantCulture, $"{Line(grade)}\n");
        return text.Append(CultureInfo.InvariantCulture, $"{Counted.Of(grades.Count, "submission")}, {kept} of them kept from an earlier run; see {index}\n").ToString();
    }

    /// <summary>One grade in one line.</summary>
    public static string Line(GradeRecord grade)
    {
        var score = grade.Score is { } points ? string.Create(CultureInfo.InvariantCulture, $"{points:0.##} of {grade.Max}") : "no score";
        return $"{Name(grade)}: {score}{(grade.Outcome == GradeOutcome.Graded ? "" : $" ({Word(grade.Outcome)})")}";
    }

    /// <summary>A submission's name as it may be shown.</summary>
    public static string Name(GradeRecord grade) => Plain(grade.Submission.Name);

    private static void Append(StringBuilder text, GradeRecord grade)
    {
        text.Append(CultureInfo.InvariantCulture, $"{Line(grade)}\n");
        foreach (var remark in grade.Remarks)
            text.Append(CultureInfo.InvariantCulture, $"  {Plain(remark)}\n");
        if (grade.Outcome is not (GradeOutcome.Graded or GradeOutcome.Tampered))
        {
            text.Append('\n');
            return;
        }

        foreach (var stage in grade.Checks.GroupBy(check => (check.Stage, check.StageTitle)))
            text.Append(CultureInfo.InvariantCulture, $"  stage {stage.Key.Stage}, {stage.Key.StageTitle}: {stage.Count(check => check.Outcome == CheckOutcome.Passed)} of {stage.Count()} checks\n");
        foreach (var criterion in grade.Criteria)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {criterion.Name,-14}{criterion.Score,6:0.##} of {criterion.Max}\n");
            foreach (var deduction in criterion.Deductions)
                text.Append(CultureInfo.InvariantCulture, $"    -{deduction.Points:0.##}  {Plain(deduction.Reason)}\n");
        }

        text.Append('\n');
    }

    private static string Word(GradeOutcome outcome) => outcome switch
    {
        GradeOutcome.NotCompiled => "not compiled",
        GradeOutcome.NotRun => "not run",
        _ => outcome.ToString().ToLowerInvariant(),
    };

    /// <summary>Without what a terminal would act on.</summary>
    public static string Plain(string text) => string.Concat(text.Select(character => char.IsControl(character) ? '\uFFFD' : character));
}
