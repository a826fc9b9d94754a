namespace Assay.Grading.Score;

/// <summary>From evidence to points. Reads no clock and no machine: the same evidence, the same points.</summary>
public static class Scorer
{
    private const int Cents = 2;

    /// <summary>A record with the points that its evidence is worth: the score is a function of outcome, checks and findings.</summary>
    public static GradeRecord Scored(GradeRecord evidence, Rubric rubric)
    {
        var criteria = evidence.Outcome switch
        {
            GradeOutcome.NotRun => [],
            GradeOutcome.Rejected or GradeOutcome.NotCompiled => Nothing(rubric, evidence.Remarks[0]),
            _ => Score(rubric, evidence.Checks, evidence.Findings),
        };
        return evidence with
        {
            Criteria = criteria,
            Max = rubric.Criteria.Sum(weight => weight.Points),
            Score = evidence.Outcome switch
            {
                GradeOutcome.NotRun => null,
                GradeOutcome.Graded => criteria.Sum(criterion => criterion.Score),
                _ => 0,
            },
        };
    }

    /// <summary>The points of every criterion, each lost one with its reason.</summary>
    public static IReadOnlyList<CriterionRecord> Score(Rubric rubric, IReadOnlyList<CheckRecord> checks, IReadOnlyList<FindingRecord> findings)
    {
        var working = Share(checks);
        return [.. rubric.Criteria.Select(weight => Criterion(weight, rubric, checks, findings, working))];
    }

    private static CriterionRecord[] Nothing(Rubric rubric, string reason) =>
        [.. rubric.Criteria.Select(weight => new CriterionRecord(weight.Criterion, 0, weight.Points, [new DeductionRecord(weight.Points, reason, null, null)]))];

    private static CriterionRecord Criterion(
        Exercises.Weight weight, Rubric rubric, IReadOnlyList<CheckRecord> checks, IReadOnlyList<FindingRecord> findings, decimal working)
    {
        decimal max = weight.Points;
        var own = checks.Where(check => check.Criterion == weight.Criterion).ToArray();
        var deductions = new List<DeductionRecord>();
        deductions.AddRange(OfChecks(own, max));
        // Clean code that does nothing must not earn the points of clean code.
        if (own.Length == 0 && working < 1)
            deductions.Add(new DeductionRecord(Rounded(max * (1 - working)), $"only {working:P0} of the behaviour that this is judged on works", null, null));
        deductions.AddRange(OfFindings(weight.Criterion, max, rubric, findings));
        var lost = Math.Min(max, deductions.Sum(deduction => deduction.Points));
        return new CriterionRecord(weight.Criterion, max - lost, max, Capped(deductions, max));
    }

    private static IEnumerable<DeductionRecord> OfChecks(CheckRecord[] own, decimal max)
    {
        var total = own.Sum(check => check.Points);
        foreach (var check in own.Where(Costs))
            yield return new DeductionRecord(Rounded(max * check.Points / total), $"{check.Sentence}: {Reason(check)}", check.Id, null);
    }

    private static IEnumerable<DeductionRecord> OfFindings(string criterion, decimal max, Rubric rubric, IReadOnlyList<FindingRecord> findings)
    {
        var byRule = new Dictionary<string, decimal>(StringComparer.Ordinal);
        for (var i = 0; i < findings.Count; i++)
        {
            var finding = findings[i];
            if (finding.Category != criterion)
                continue;
            var lost = byRule.GetValueOrDefault(finding.Rule);
            var cost = Math.Min(Rounded(max * (finding.Severity == "warning" ? rubric.Warning : rubric.Suggestion)), Rounded(max * rubric.CapPerRule) - lost);
            if (cost <= 0)
                continue;
            byRule[finding.Rule] = lost + cost;
            yield return new DeductionRecord(cost, $"{finding.Rule} at {finding.Path}:{finding.Line}: {finding.Message}{(finding.Suppressed ? " (suppressing it does not count here)" : "")}", null, i);
        }
    }

    /// <summary>A criterion cannot lose more than it has: what is beyond is left out, so that the lost points add up.</summary>
    private static List<DeductionRecord> Capped(List<DeductionRecord> deductions, decimal max)
    {
        var capped = new List<DeductionRecord>();
        var left = max;
        foreach (var deduction in deductions)
        {
            var points = Math.Min(deduction.Points, left);
            left -= points;
            if (points > 0)
                capped.Add(deduction with { Points = points });
        }

        return capped;
    }

    private static decimal Share(IReadOnlyList<CheckRecord> checks)
    {
        var total = checks.Sum(check => check.Points);
        return total == 0 ? 0 : (decimal)checks.Where(check => !Costs(check)).Sum(check => check.Points) / total;
    }

    private static bool Costs(CheckRecord check) => check.Outcome != CheckOutcome.Passed && check.Cause?.CostsPoints != false;

    private static string Reason(CheckRecord check) => check.Cause switch
    {
        null => "not run",
        { Expected: { } expected, Actual: { } actual } cause => $"{cause.What}: expected {expected}, got {actual}",
        var cause => $"{cause.Verdict}: {cause.What}",
    };

    private static decimal Rounded(decimal points) => Math.Round(points, Cents, MidpointRounding.ToEven);
}
