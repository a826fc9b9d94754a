using Assay.Grading.Batch;
using Assay.Grading.Batch.Similarity;
using Assay.Grading.Jail;
using Assay.Grading.Report;
using Assay.Grading.Score;
using Assay.Grading.Tests.Batch;
using Assay.TestKit;
using Microsoft.Playwright;

namespace Assay.Grading.Tests.Report;

/// <summary>Reports of samples that were graded for real, as files, and a browser to look at them with.</summary>
public sealed class Pages : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    private static readonly string[] Hostile = ["hostile-text", "forged-frames", "deep-nesting", "hides-from-analysis"];

    private readonly string _folder = Directory.CreateTempSubdirectory("assay-pages-").FullName;
    private IPlaywright? _playwright;

    /// <summary>Why no test can run; null when all can.</summary>
    public static string? Missing => Places.Any(File.Exists) ? null : "chromium is not installed: apt-get install chromium";

    /// <summary>The browser.</summary>
    public IBrowser Browser { get; private set; } = null!;

    /// <summary>What was graded, by name.</summary>
    public IReadOnlyDictionary<string, GradeRecord> Grades { get; private set; } = new Dictionary<string, GradeRecord>();

    /// <summary>The address of a page: a submission's name, or index.</summary>
    public string AddressOf(string page) => new Uri(Path.Combine(_folder, page + ".html")).AbsoluteUri;

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null)
            return;
        Grades = Graded();
        foreach (var grade in Grades.Values)
            await File.WriteAllTextAsync(Path.Combine(_folder, grade.Submission.Name + ".html"), new HtmlGradeWriter().Write(grade));
        await File.WriteAllTextAsync(Path.Combine(_folder, "index.html"), Index([.. Grades.Values]));
        _playwright = await Playwright.CreateAsync();
        // The browser's own sandbox cannot be had as root, and what it is shown is ours.
        Browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Places.First(File.Exists), Args = ["--no-sandbox"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
            await Browser.DisposeAsync();
        _playwright?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    internal static CauseRecord Race { get; } = new()
    {
        Verdict = "WA",
        What = "calls running together",
        Expected = "answers that some order of the calls, one at a time, explains",
        Actual = "3 calls that no order explains",
        Help = "Let one lock hold the look and the change.",
        Timeline = "T0 …",
        Calls =
        [
            new CallRecord(0, "TryAcquire(\"k-1804\", 1)", "granted, 0 remain", 0, 2),
            new CallRecord(1, "TryAcquire(\"k-1804\", 1)", "granted, 0 remain", 1, 4),
            new CallRecord(2, "Available(\"k-1804\")", "1", 3, 5),
            new CallRecord(0, "RemoveIdle()", null, 6, null),
        ],
    };

    private static SortedDictionary<string, GradeRecord> Graded()
    {
        var samples = Path.Combine(TestReferences.RepositoryRoot, "samples", "submissions");
        var paths = Directory.GetDirectories(Path.Combine(samples, "rate-limiter")).Concat(Hostile.Select(name => Path.Combine(samples, "hostile", name)));
        var grades = new SortedDictionary<string, GradeRecord>(StringComparer.Ordinal);
        using var launcher = Isolation.Choose("strong", new JailLimits());
        using var grader = new Grader(Samples.Exercise("rate-limiter"), Rubric.Of(Samples.Exercise("rate-limiter")), launcher, seed: 1);
        foreach (var grade in paths.Select(path => grader.Grade(path)))
            grades.Add(grade.Submission.Name, grade);
        // Code that cannot be explored has the calls drawn instead of a schedule.
        var raced = grades["flawed-check-then-act"];
        grades["flawed-check-then-act"] = raced with { Checks = [.. raced.Checks.Select(check => check.Id == "calls-are-linearizable" ? check with { Outcome = CheckOutcome.Failed, Cause = Race } : check)] };
        // A copy in disguise, so that the index has a pair to show.
        var copied = grades["locks"];
        grades.Add("second-hand", copied with { Submission = copied.Submission with { Name = "second-hand" }, Files = Disguise.All["all of it"](copied.Files, Samples.Exercise("rate-limiter")) });
        return grades;
    }

    private static string Index(GradeRecord[] grades) =>
        new BatchIndexWriter(grades, CheckStatistic.Of(grades), NearDuplicates.Find(grades, Samples.Exercise("rate-limiter")), name => name + ".html").Write();
}
