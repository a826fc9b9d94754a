namespace Assay.Grading.Batch;

/// <summary>How one check did over a batch: what teachers call item statistics.</summary>
/// <param name="Id">The check's ID.</param>
/// <param name="Stage">The stage's number.</param>
/// <param name="Sentence">What must hold.</param>
/// <param name="Asked">Submissions for which it was decided.</param>
/// <param name="Passed">Those for which it held.</param>
/// <param name="Difficulty">The share that passed, 0 to 1; null when nobody was asked.</param>
/// <param name="Discrimination">
/// The point-biserial correlation, -1 to 1, of passing this check with the share of all other checks' points: whether it tells good work from poor. Null when everybody or nobody passed, or all else
/// was alike.
/// </param>
public sealed record CheckStatistic(string Id, int Stage, string Sentence, int Asked, int Passed, double? Difficulty, double? Discrimination)
{
    private const double Hard = 0.30;
    private const double Easy = 0.80;
    private const double Weak = 0.1;

    /// <summary>What to look at, by the thresholds of Blackboard's item analysis: hard below 30 %, easy above 80 %, weak below a discrimination of 0.1.</summary>
    public IReadOnlyList<string> Flags { get; } =
    [
        .. Difficulty < Hard ? (string[])["hard"] : [],
        .. Difficulty > Easy ? (string[])["easy"] : [],
        .. Discrimination < Weak ? (string[])["weak"] : [],
    ];

    /// <summary>The statistics of every check, in the order of stages. Only submissions that were compiled and run say anything about a check.</summary>
    public static IReadOnlyList<CheckStatistic> Of(IReadOnlyList<GradeRecord> grades)
    {
        var run = grades.Where(grade => grade.Outcome == GradeOutcome.Graded).ToArray();
        return [.. grades.SelectMany(grade => grade.Checks).DistinctBy(check => check.Id).OrderBy(check => check.Stage).Select(check => Of(check, run))];
    }

    private static CheckStatistic Of(CheckRecord check, GradeRecord[] grades)
    {
        var sample = new List<(bool Passed, double Others)>();
        foreach (var grade in grades)
        {
            // What we could not find out says nothing about the check; what the candidate's code prevented counts as not reached.
            if (grade.Checks.FirstOrDefault(other => other.Id == check.Id) is { } own && (own.Outcome == CheckOutcome.Passed || own.Cause?.CostsPoints != false))
                sample.Add((own.Outcome == CheckOutcome.Passed, Rest(grade, check.Id)));
        }

        var passed = sample.Count(one => one.Passed);
        return new CheckStatistic(check.Id, check.Stage, check.Sentence, sample.Count, passed, sample.Count == 0 ? null : (double)passed / sample.Count, Correlation(sample, passed));
    }

    /// <summary>The share of all other checks: with its own points in the sum a check would correlate with itself.</summary>
    private static double Rest(GradeRecord grade, string id)
    {
        var others = grade.Checks.Where(check => check.Id != id).ToArray();
        var total = others.Sum(check => check.Points);
        return total == 0 ? 0 : (double)others.Where(check => check.Outcome == CheckOutcome.Passed).Sum(check => check.Points) / total;
    }

    private static double? Correlation(List<(bool Passed, double Others)> sample, int passed)
    {
        if (passed == 0 || passed == sample.Count)
            return null;
        var mean = sample.Average(one => one.Others);
        var deviation = Math.Sqrt(sample.Average(one => (one.Others - mean) * (one.Others - mean)));
        if (deviation < 1e-9)
            return null;
        var p = (double)passed / sample.Count;
        var difference = sample.Where(one => one.Passed).Average(one => one.Others) - sample.Where(one => !one.Passed).Average(one => one.Others);
        return difference / deviation * Math.Sqrt(p * (1 - p));
    }
}
