using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Exercises;
using Assay.Grading;
using Assay.Grading.Batch;
using Assay.Grading.Batch.Similarity;
using Assay.Grading.Report;

namespace Assay.Cli.Grading;

/// <summary>A folder of reports: the native record of each submission, from which a later run goes on, other formats beside it, and the index over all of them.</summary>
internal sealed class ReportFolder
{
    private const int LongestStem = 200;

    private static readonly string[] Reserved = ["index", "grades", "checks", "similar"];

    private readonly string _folder;
    private readonly GradeWriter[] _writers;
    private readonly Dictionary<string, string> _stems = new(StringComparer.Ordinal);

    /// <summary>Prepares the folder.</summary>
    /// <param name="folder">Absolute.</param>
    /// <param name="names">The submissions.</param>
    /// <param name="formats">Besides the native one.</param>
    public ReportFolder(string folder, IEnumerable<string> names, IEnumerable<string> formats)
    {
        _folder = folder;
        _writers = [.. GradeWriter.All.Where(writer => writer.Format == "json" || formats.Contains(writer.Format))];
        Directory.CreateDirectory(folder);
        var taken = new HashSet<string>(Reserved, StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
        {
            var stem = Fitting(name);
            while (!taken.Add(stem))
                stem += "_";
            _stems[name] = stem;
        }
    }

    /// <summary>The record of an earlier run; null when there is none that can be read: it is written anew then.</summary>
    public GradeRecord? Known(string name)
    {
        try
        {
            return JsonGradeWriter.Read(File.ReadAllText(PathOf(name, ".json")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes one submission's reports. The native one comes last and at once, so that one which is there is whole and so are those beside it.</summary>
    public void Save(GradeRecord grade)
    {
        foreach (var writer in _writers.OrderBy(writer => writer.Format == "json"))
            Write(PathOf(grade.Submission.Name, writer.Ending), writer.Write(grade));
    }

    /// <summary>Writes index and tables over all submissions.</summary>
    public void SaveIndex(IReadOnlyList<GradeRecord> grades, Exercise exercise)
    {
        var statistics = CheckStatistic.Of(grades);
        var pairs = NearDuplicates.Find(grades, exercise);
        var ending = _writers.FirstOrDefault(writer => writer.Format == "html")?.Ending ?? ".json";
        Write(Path.Combine(_folder, "index.html"), new BatchIndexWriter(grades, statistics, pairs, name => Uri.EscapeDataString(_stems[name]) + ending).Write());
        Write(Path.Combine(_folder, "grades.csv"), CsvGradeWriter.Table(grades));
        Write(Path.Combine(_folder, "checks.csv"), BatchTables.Checks(statistics));
        Write(Path.Combine(_folder, "similar.csv"), BatchTables.Similar(pairs));
    }

    /// <summary>A name to which endings can be added: a folder's may be as long as the file system allows.</summary>
    private static string Fitting(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= LongestStem)
            return name;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..12];
        var kept = new StringBuilder();
        foreach (var rune in name.EnumerateRunes().TakeWhile(_ => Encoding.UTF8.GetByteCount(kept.ToString()) < LongestStem - 2 * hash.Length))
            kept.Append(rune);
        return $"{kept}-{hash}";
    }

    private string PathOf(string name, string ending) => Path.Combine(_folder, _stems[name] + ending);

    private static void Write(string path, string text)
    {
        var half = path + ".tmp";
        File.WriteAllText(half, text);
        File.Move(half, path, overwrite: true);
    }
}
