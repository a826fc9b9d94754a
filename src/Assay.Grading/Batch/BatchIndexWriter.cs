using System.Globalization;
using System.Text;
using Assay.Grading.Batch.Similarity;
using Assay.Grading.Report;
using static Assay.Grading.Report.ReportText;

namespace Assay.Grading.Batch;

/// <summary>The page over a batch: who has how many points, how they are spread, how the checks did, who is like whom. Readable without a script, which only sorts.</summary>
/// <param name="grades">Every grade.</param>
/// <param name="statistics">How the checks did.</param>
/// <param name="pairs">Who is like whom.</param>
/// <param name="link">Where a submission's own report lies, as a relative address; null for none.</param>
public sealed class BatchIndexWriter(
    IReadOnlyList<GradeRecord> grades, IReadOnlyList<CheckStatistic> statistics, IReadOnlyList<SimilarPair> pairs, Func<string, string?> link)
{
    private const int FewSubmissions = 20;
    private const int MostPairs = 200;
    private const int MostPlaces = 20;

    private readonly string[] _criteria = [.. grades.SelectMany(grade => grade.Criteria).Select(criterion => criterion.Name).Distinct()];
    private readonly StringBuilder _text = new();

    /// <summary>The page.</summary>
    public string Write()
    {
        var title = grades.Count == 0 ? "No submissions" : $"{grades[0].Exercise.Title}: {grades.Count} submissions";
        AppendHead();
        _text.Append(Distribution.Section(grades));
        AppendTable();
        AppendChecks();
        AppendPairs();
        AppendFoot();
        return HtmlPage.Of(title, _text.ToString(), SortScript.Text);
    }

    private void AppendHead()
    {
        Append($"""
            <header>
            <p class="exercise">{Markup(grades.Count == 0 ? "" : grades[0].Exercise.Title)}</p>
            <h1>{grades.Count} {(grades.Count == 1 ? "submission" : "submissions")}</h1>
            <ul class="facts">

            """);
        var scores = grades.Where(grade => grade.Score is not null).Select(grade => grade.Score!.Value).Order().ToArray();
        if (scores.Length > 0)
        {
            AppendFact(Number(Math.Round(scores.Average(), 1)), "mean");
            AppendFact(Number(Math.Round((scores[(scores.Length - 1) / 2] + scores[scores.Length / 2]) / 2, 1)), "median");
            AppendFact($"{Number(scores[0])}–{Number(scores[^1])}", "range");
        }

        foreach (var outcome in Enum.GetValues<GradeOutcome>())
        {
            if (grades.Count(grade => grade.Outcome == outcome) is > 0 and var count)
                AppendFact(Number(count), Word(outcome));
        }

        _text.Append("</ul>\n</header>\n");
    }

    private void AppendFact(string value, string what) => Append($"<li><b>{Markup(value)}</b> {Markup(what)}</li>\n");

    private void AppendTable()
    {
        _text.Append("<section>\n<h2>Submissions</h2>\n<div class=\"scroll\">\n<table class=\"sortable\">\n<thead><tr><th scope=\"col\">Submission</th><th scope=\"col\" class=\"number\">Points</th>");
        foreach (var criterion in _criteria)
            Append($"<th scope=\"col\" class=\"number wide\">{Markup(criterion)}</th>");
        _text.Append("<th scope=\"col\" class=\"number wide\">Checks</th><th scope=\"col\" class=\"number wide\">Findings</th><th scope=\"col\">Outcome</th></tr></thead>\n<tbody>\n");
        foreach (var grade in grades.OrderByDescending(grade => grade.Score ?? -1).ThenBy(grade => grade.Submission.Name, StringComparer.Ordinal))
            AppendRow(grade);
        _text.Append("</tbody>\n</table>\n</div>\n</section>\n");
    }

    private void AppendRow(GradeRecord grade)
    {
        var share = grade.Max == 0 ? 0 : 100 * (grade.Score ?? 0) / grade.Max;
        Append($"<tr><th scope=\"row\">{Linked(grade.Submission.Name, grade.Submission.Name, null)}</th>");
        var points = grade.Score is { } score ? $"<b>{Number(score)}</b><span class=\"bar small\"><i style=\"width:{Number(share)}%\"></i></span>" : "–";
        Append($"<td class=\"number\" data-sort=\"{Number(grade.Score ?? -1)}\">{points}</td>");
        foreach (var name in _criteria)
        {
            var criterion = grade.Criteria.FirstOrDefault(one => one.Name == name);
            var lossy = criterion is { } one && one.Score < one.Max ? " lossy" : "";
            Append($"<td class=\"number wide{lossy}\" data-sort=\"{Number(criterion?.Score ?? -1)}\">{(criterion is null ? "–" : Number(criterion.Score))}</td>");
        }

        var passed = grade.Checks.Count(check => check.Outcome == CheckOutcome.Passed);
        Append($"<td class=\"number wide\" data-sort=\"{passed}\">{passed}/{grade.Checks.Count}</td><td class=\"number wide\">{grade.Findings.Count}</td>");
        Append($"<td><span class=\"badge {grade.Outcome.ToString().ToLowerInvariant()}\">{Markup(Word(grade.Outcome))}</span></td></tr>\n");
    }

    private void AppendChecks()
    {
        if (statistics.Count == 0)
            return;
        _text.Append("""
            <section>
            <h2>Checks</h2>
            <p class="soft">Difficulty is the share that passed: below 30 % is hard, above 80 % easy. Discrimination is the correlation of passing with all other checks: below 0.1 a check does not tell good work from poor.

            """);
        if (grades.Count < FewSubmissions)
            Append($" With fewer than {FewSubmissions} submissions these numbers say little.");
        _text.Append("""
            </p>
            <div class="scroll">
            <table class="sortable stacked">
            <thead><tr><th scope="col">Check</th><th scope="col" class="number">Passed</th><th scope="col" class="number">Discrimination</th><th scope="col">Flags</th></tr></thead>
            <tbody>

            """);
        foreach (var one in statistics)
        {
            var share = one.Difficulty is { } p ? Math.Round(100 * (decimal)p) : -1;
            Append($"<tr><th scope=\"row\" data-sort=\"{one.Stage:00} {Markup(one.Id)}\"><small>{one.Stage}</small> {Markup(one.Sentence)}</th>");
            Append($"<td class=\"number\" data-sort=\"{Number(share)}\">{(one.Difficulty is null ? "–" : $"{Number(share)} % <small>{one.Passed}/{one.Asked}</small>")}</td>");
            Append($"<td class=\"number\" data-sort=\"{(one.Discrimination ?? -2).ToString("0.####", CultureInfo.InvariantCulture)}\">{one.Discrimination?.ToString("0.00", CultureInfo.InvariantCulture) ?? "–"}</td>");
            Append($"<td>{string.Join(' ', one.Flags.Select(flag => $"<span class=\"badge {flag}\">{flag}</span>"))}</td></tr>\n");
        }

        _text.Append("</tbody>\n</table>\n</div>\n</section>\n");
    }

    private void AppendPairs()
    {
        Append($"""
            <section>
            <h2>Near-duplicates</h2>
            <p class="soft">Pairs that share at least {Percent(NearDuplicates.Threshold)} of the smaller one's own code when names, layout, order and style are disregarded
            and the starter is left out. A reason to look, not a verdict.</p>

            """);
        if (pairs.Count == 0)
            _text.Append("<p>None.</p>\n");
        foreach (var pair in pairs.Take(MostPairs))
            AppendPair(pair);
        if (pairs.Count > MostPairs)
            Append($"<p>{pairs.Count - MostPairs} more are in similar.csv.</p>\n");
        _text.Append("</section>\n");
    }

    private void AppendPair(SimilarPair pair)
    {
        Append($"""
            <details class="pair">
            <summary><b>{Percent(pair.Share)}</b> {Markup(pair.First)} and {Markup(pair.Second)} <small>{Percent(pair.ShareOfFirst)} of the one, {Percent(pair.ShareOfSecond)} of the other</small></summary>
            <ul class="places">

            """);
        foreach (var place in pair.Places.Take(MostPlaces))
            Append($"<li>{Linked(pair.First, Told(place.First), place.First)} <span class=\"soft\">and</span> {Linked(pair.Second, Told(place.Second), place.Second)} <small>{place.Words} words</small></li>\n");
        if (pair.Places.Count > MostPlaces)
            Append($"<li>{pair.Places.Count - MostPlaces} more</li>\n");
        _text.Append("</ul>\n</details>\n");
    }

    private void AppendFoot()
    {
        if (grades.Count == 0)
            return;
        var (isolation, exercise) = (grades[0].Isolation, grades[0].Exercise);
        Append($"""
            <footer>
            <p>Isolation: {Markup(isolation.Level)} ({Markup(string.Join(", ", isolation.Mechanisms))}). Seed {grades[0].Seed}. Assay {Markup(grades[0].Toolchain.Assay)}.
            Exercise {Markup(exercise.Id)} <code>{Markup(Short(exercise.Hash))}</code>. Tables: grades.csv, checks.csv, similar.csv.</p>
            </footer>

            """);
    }

    private string Linked(string submission, string text, CodePlace? place) => link(submission) is { } address
        ? $"<a href=\"{Markup(address)}{(place is null ? "" : $"#{SourceMarkup.Anchor(place.Path, place.Line)}")}\">{Markup(text)}</a>"
        : Markup(text);

    private static string Told(CodePlace place) => string.Create(CultureInfo.InvariantCulture, $"{place.Member}, {place.Path}:{place.Line}–{place.EndLine}");

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(100 * share)} %");

    private void Append(FormattableString markup) => _text.Append(markup.ToString(CultureInfo.InvariantCulture));
}
