using Assay.Exercises;
using Assay.Grading.Intake;
using Assay.Grading.Vet;

namespace Assay.Grading.Batch.Similarity;

/// <summary>Finds submissions that share more of their own code than two people do who solve the same task.</summary>
public static class NearDuplicates
{
    /// <summary>From this share on, of the smaller of the two, a pair is reported. The most alike of the independent sample solutions share a third.</summary>
    public const double Threshold = 0.5;

    // Below this a program is an empty frame, and any two of them are alike.
    private const int FewestWords = 60;
    private const double FewestFingerprints = 0.1;

    /// <summary>The pairs, the most alike first.</summary>
    /// <param name="grades">The batch; what was too large or deep to compile is not compared.</param>
    /// <param name="exercise">What was asked: its starter counts for nobody.</param>
    /// <param name="threshold">The least share.</param>
    public static IReadOnlyList<SimilarPair> Find(IReadOnlyList<GradeRecord> grades, Exercise exercise, double threshold = Threshold)
    {
        var given = Given(exercise);
        var programs = grades.AsParallel().AsOrdered()
            .Where(grade => grade.Files.Count > 0 && SourceVetting.Refusal(new Submission(grade.Submission.Name, grade.Files)) is null)
            .Select(grade => new ComparedProgram(grade.Submission.Name, grade.Files, given))
            .Where(program => program.Size >= FewestWords)
            .ToArray();
        return
        [
            .. Candidates(programs).AsParallel().AsOrdered()
                .Select(pair => Compare(programs[pair.First], programs[pair.Second]))
                .Where(pair => pair.Share >= threshold)
                .OrderByDescending(pair => pair.Share).ThenBy(pair => pair.First, StringComparer.Ordinal).ThenBy(pair => pair.Second, StringComparer.Ordinal),
        ];
    }

    private static HashSet<ulong> Given(Exercise exercise) =>
    [
        .. NormalForm.Of(exercise.Starter.Where(file => SourceCollector.IsSource(file.Path)).Select(file => new FileRecord(file.Path, file.Text)))
            .SelectMany(unit => Enumerable.Range(0, unit.Grams).Select(unit.GramAt)),
    ];

    /// <summary>Pairs with enough fingerprints in common, through an index: who shares nothing is never compared.</summary>
    private static IEnumerable<(int First, int Second)> Candidates(ComparedProgram[] programs)
    {
        var owners = new Dictionary<ulong, List<int>>();
        for (var second = 0; second < programs.Length; second++)
        {
            var shared = new Dictionary<int, int>();
            foreach (var fingerprint in programs[second].Fingerprints)
            {
                if (!owners.TryGetValue(fingerprint, out var known))
                    owners[fingerprint] = known = [];
                foreach (var first in known)
                    shared[first] = shared.GetValueOrDefault(first) + 1;
                known.Add(second);
            }

            foreach (var (first, count) in shared.OrderBy(one => one.Key))
            {
                if (count >= FewestFingerprints * Math.Min(programs[first].Fingerprints.Count, programs[second].Fingerprints.Count))
                    yield return (first, second);
            }
        }
    }

    private static SimilarPair Compare(ComparedProgram first, ComparedProgram second)
    {
        var tiles = new Tiling(first, second).Tiles();
        double words = tiles.Sum(tile => tile.Length);
        return new SimilarPair(first.Name, second.Name, words / first.Size, words / second.Size,
        [
            .. tiles.Select(tile => new SimilarPlace(
                Place(first.Units[tile.FirstUnit], tile.FirstStart, tile.Length), Place(second.Units[tile.SecondUnit], tile.SecondStart, tile.Length), tile.Length)),
        ]);
    }

    private static CodePlace Place(SyntaxUnit unit, int start, int length) => new(unit.Path, unit.Member, unit.Lines[start], unit.Lines[start + length - 1]);
}

/// <summary>Two submissions that are much alike.</summary>
/// <param name="First">A submission's name.</param>
/// <param name="Second">The other one's.</param>
/// <param name="ShareOfFirst">Of the first one's own words, how many stand in the second one too: 0 to 1.</param>
/// <param name="ShareOfSecond">The other way about.</param>
/// <param name="Places">Where, the longest first.</param>
public sealed record SimilarPair(string First, string Second, double ShareOfFirst, double ShareOfSecond, IReadOnlyList<SimilarPlace> Places)
{
    /// <summary>The greater of the two shares: that of the smaller program, so that padding hides nothing.</summary>
    public double Share => Math.Max(ShareOfFirst, ShareOfSecond);
}

/// <summary>A stretch that stands in both.</summary>
/// <param name="First">Where in the first.</param>
/// <param name="Second">Where in the second.</param>
/// <param name="Words">How long it is.</param>
public sealed record SimilarPlace(CodePlace First, CodePlace Second, int Words);

/// <summary>Lines of a member.</summary>
/// <param name="Path">The file.</param>
/// <param name="Member">What its author calls it.</param>
/// <param name="Line">The first line, from one.</param>
/// <param name="EndLine">The last line.</param>
public sealed record CodePlace(string Path, string Member, int Line, int EndLine);
