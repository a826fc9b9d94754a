using System.Text.Json;
using System.Text.Json.Serialization;

namespace Assay.Bench.Grading;

/// <summary>What was measured of grading last; the page of benchmarks is written from it.</summary>
internal sealed record GradingRows
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>What a grade costs, an exercise each.</summary>
    public IReadOnlyList<CostRow> Costs { get; init; } = [];

    /// <summary>How many are graded in a batch.</summary>
    public IReadOnlyList<BatchRow> Batches { get; init; } = [];

    /// <summary>What the same takes otherwise.</summary>
    public IReadOnlyList<PeerRow> Peers { get; init; } = [];

    /// <summary>Whether verdicts hold.</summary>
    public IReadOnlyList<FlakeRow> Flakes { get; init; } = [];

    public static GradingRows Read(string path) => File.Exists(path)
        ? JsonSerializer.Deserialize<GradingRows>(File.ReadAllText(path), s_json) ?? throw new InvalidDataException($"{path} holds no rows.")
        : new GradingRows();

    public static void ReplaceFlakes(string path, string kind, IReadOnlyCollection<FlakeRow> rows)
    {
        var known = Read(path);
        var kept = known.Flakes.Where(old => old.Kind != kind || rows.All(row => row.Submission != old.Submission));
        (known with { Flakes = [.. kept.Concat(rows).OrderBy(row => row.Kind, StringComparer.Ordinal).ThenBy(row => row.Submission, StringComparer.Ordinal)] }).Write(path);
    }

    /// <summary>These rows in place of those of the same exercises; flakes stay.</summary>
    public GradingRows With(GradingRows rows) => this with
    {
        Costs = [.. Costs.Where(old => rows.Costs.All(row => row.Exercise != old.Exercise)).Concat(rows.Costs).OrderBy(row => row.Exercise, StringComparer.Ordinal)],
        Batches = [.. Batches.Where(old => rows.Batches.All(row => row.Exercise != old.Exercise)).Concat(rows.Batches).OrderBy(row => row.Exercise, StringComparer.Ordinal)],
        Peers = [.. Peers.Where(old => rows.Peers.All(row => row.Exercise != old.Exercise)).Concat(rows.Peers).OrderBy(row => row.Exercise, StringComparer.Ordinal)],
    };

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, s_json) + "\n");
}

/// <summary>Processor time of one grade in milliseconds, medians: the first of a grader, or once it is warm.</summary>
/// <param name="Exercise">The exercise.</param>
/// <param name="Moment">first or warm.</param>
/// <param name="Compile">The compiler's process.</param>
/// <param name="Jails">The jails' processes.</param>
/// <param name="Host">The grader itself.</param>
/// <param name="Wall">From beginning to end.</param>
/// <param name="Samples">How many grades.</param>
internal sealed record CostRow(string Exercise, string Moment, double Compile, double Jails, double Host, double Wall, int Samples)
{
    /// <summary>All of it.</summary>
    [JsonIgnore]
    public double Total => Compile + Jails + Host;
}

/// <summary>A batch of ordinary submissions.</summary>
/// <param name="Exercise">The exercise.</param>
/// <param name="Jobs">How many at once.</param>
/// <param name="Submissions">How many in all.</param>
/// <param name="PerCpuSecond">Submissions for each second of processor time of the grader and all its children.</param>
/// <param name="PerSecond">Submissions a second by the wall clock.</param>
internal sealed record BatchRow(string Exercise, int Jobs, int Submissions, double PerCpuSecond, double PerSecond);

/// <summary>The same checks as an xunit project, built and run by the SDK.</summary>
/// <param name="Exercise">The exercise.</param>
/// <param name="Step">dotnet build, dotnet test.</param>
/// <param name="Cpu">Processor time of the command and its children, in milliseconds, a median.</param>
/// <param name="Wall">From beginning to end, in milliseconds.</param>
/// <param name="Samples">How many runs.</param>
internal sealed record PeerRow(string Exercise, string Step, double Cpu, double Wall, int Samples);

/// <summary>One submission, run again and again.</summary>
/// <param name="Kind">good, flawed or defects.</param>
/// <param name="Submission">Its name.</param>
/// <param name="Repeats">How often it was run.</param>
/// <param name="Load">How many other processes were busy.</param>
/// <param name="Checks">How many checks in a run.</param>
/// <param name="Caught">Runs in which some check failed.</param>
/// <param name="Changed">Checks whose verdict was not always the same.</param>
/// <param name="Bound">Upper bound, with 95 % confidence, on the share of a check's runs that end in another verdict than most.</param>
internal sealed record FlakeRow(string Kind, string Submission, int Repeats, int Load, int Checks, int Caught, IReadOnlyList<ChangedVerdict> Changed, double Bound);

/// <summary>A check that did not always end in the same way.</summary>
internal sealed record ChangedVerdict(string Check, string Verdicts, int Rare);
