namespace Assay.Grading;

/// <summary>The whole of a grade: everything every report says. A pure function of submission, exercise, toolchain, seed and limits (phases apart).</summary>
public sealed record GradeRecord
{
    /// <summary>The format's name and version.</summary>
    public string Schema { get; init; } = "assay.result/1";

    /// <summary>What was graded.</summary>
    public required SubmissionRecord Submission { get; init; }

    /// <summary>By what.</summary>
    public required ExerciseRecord Exercise { get; init; }

    /// <summary>Points reached; null when the grade could not be made (an infrastructure fault), never a silent zero.</summary>
    public required decimal? Score { get; init; }

    /// <summary>Points possible.</summary>
    public required decimal Max { get; init; }

    /// <summary>In one word, what became of it.</summary>
    public required GradeOutcome Outcome { get; init; }

    /// <summary>What a person is told first when it did not simply run: the compiler's lines, the rejected archive, the limit that was hit.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Points by criterion.</summary>
    public required IReadOnlyList<CriterionRecord> Criteria { get; init; }

    /// <summary>Every check in the order of stages.</summary>
    public required IReadOnlyList<CheckRecord> Checks { get; init; }

    /// <summary>What the analyzers found, suppressed or not.</summary>
    public required IReadOnlyList<FindingRecord> Findings { get; init; }

    /// <summary>The candidate's files, for the reports that show source.</summary>
    public required IReadOnlyList<FileRecord> Files { get; init; }

    /// <summary>How the candidate's code was kept in.</summary>
    public required IsolationRecord Isolation { get; init; }

    /// <summary>Time spent; the only part that differs from run to run.</summary>
    public required IReadOnlyList<PhaseRecord> Phases { get; init; }

    /// <summary>Decides everything random.</summary>
    public required int Seed { get; init; }

    /// <summary>Versions that may change a grade.</summary>
    public required ToolchainRecord Toolchain { get; init; }
}

/// <summary>What became of a submission.</summary>
public enum GradeOutcome
{
    /// <summary>It was compiled and run.</summary>
    Graded,

    /// <summary>It could not be read: a bad archive, no files, files that are not source.</summary>
    Rejected,

    /// <summary>The compiler refused it, or it does not fulfil the contract's form.</summary>
    NotCompiled,

    /// <summary>It was caught breaking the rules of the game: forged frames or histories.</summary>
    Tampered,

    /// <summary>Our side failed. No score.</summary>
    NotRun,
}

/// <summary>A submission.</summary>
/// <param name="Name">Folder or file name.</param>
/// <param name="Hash">SHA-256 over the files' paths and texts, in hexadecimal.</param>
public sealed record SubmissionRecord(string Name, string Hash);

/// <summary>An exercise.</summary>
/// <param name="Id">Its ID.</param>
/// <param name="Title">Its title.</param>
/// <param name="Hash">SHA-256 over stages, checks and rubric.</param>
public sealed record ExerciseRecord(string Id, string Title, string Hash);

/// <summary>The points of one criterion.</summary>
/// <param name="Name">A rule category or Behaviour.</param>
/// <param name="Score">Reached.</param>
/// <param name="Max">Possible.</param>
/// <param name="Deductions">Every lost point with its evidence.</param>
public sealed record CriterionRecord(string Name, decimal Score, decimal Max, IReadOnlyList<DeductionRecord> Deductions);

/// <summary>Points lost for one reason.</summary>
/// <param name="Points">Positive.</param>
/// <param name="Reason">One sentence.</param>
/// <param name="Check">The check it rests on, or null.</param>
/// <param name="Finding">The index of the finding it rests on, or null.</param>
public sealed record DeductionRecord(decimal Points, string Reason, string? Check, int? Finding);

/// <summary>One check's result.</summary>
/// <param name="Id">The check's ID.</param>
/// <param name="Stage">The stage's number.</param>
/// <param name="StageTitle">The stage's title.</param>
/// <param name="Sentence">What must hold.</param>
/// <param name="Criterion">What a failure costs.</param>
/// <param name="Outcome">Three-valued.</param>
/// <param name="Points">Of the criterion's points.</param>
/// <param name="Cause">Why it failed or did not run; null when passed.</param>
public sealed record CheckRecord(
    string Id, int Stage, string StageTitle, string Sentence, string Criterion, CheckOutcome Outcome, int Points, CauseRecord? Cause)
{
    /// <summary>What a reader should know of how it was made, such as that the code could not be explored.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>Three values and no more.</summary>
public enum CheckOutcome
{
    /// <summary>The sentence held.</summary>
    Passed,

    /// <summary>It did not; the cause says how.</summary>
    Failed,

    /// <summary>It was not found out; the cause says why. Costs nothing unless the candidate's code prevented it.</summary>
    NotRun,
}

/// <summary>Why a check did not pass.</summary>
public sealed record CauseRecord
{
    /// <summary>A verdict's name: WA, RTE, CRASH, TLE-cpu, TLE-wall, MLE, OLE, PLE, FLE, NET, TAMPER, SKIPPED, UNDECIDED, INFRA.</summary>
    public required string Verdict { get; init; }

    /// <summary>What was looked at.</summary>
    public required string What { get; init; }

    /// <summary>What the contract promises; null when that is not the point.</summary>
    public string? Expected { get; init; }

    /// <summary>What came.</summary>
    public string? Actual { get; init; }

    /// <summary>What to do better.</summary>
    public string? Help { get; init; }

    /// <summary>The operations drawn over time, when they ran concurrently.</summary>
    public string? Timeline { get; init; }

    /// <summary>The same operations one by one.</summary>
    public IReadOnlyList<CallRecord> Calls { get; init; } = [];

    /// <summary>The schedule that shows it, when it was found by exploration; null otherwise.</summary>
    public RaceRecord? Race { get; init; }

    /// <summary>Whether the candidate's code is to answer for it: an infrastructure fault and an undecided check are not.</summary>
    public bool CostsPoints { get; init; } = true;
}

/// <summary>A call that ran together with others.</summary>
/// <param name="Lane">The thread.</param>
/// <param name="Asked">The call.</param>
/// <param name="Answered">What came back; null while it has not returned.</param>
/// <param name="Began">Its place in the order of all beginnings and ends, from 0.</param>
/// <param name="Ended">The place of its end; null while it has not returned.</param>
public sealed record CallRecord(int Lane, string Asked, string? Answered, int Began, int? Ended);

/// <summary>A schedule under which the check fails: with the check and the seed all that it takes to see it again.</summary>
/// <param name="Number">Which of the programs that the check explores, from zero.</param>
/// <param name="Program">The program, a line for each thread.</param>
/// <param name="Schedule">Where the schedule departs from the default: lane@step&gt;lane.</param>
/// <param name="Schedules">How many schedules of the program it took to find it.</param>
/// <param name="Outcome">What the run comes to, call by call.</param>
/// <param name="Steps">What happens, step by step.</param>
public sealed record RaceRecord(int Number, string Program, string Schedule, int Schedules, string Outcome, IReadOnlyList<RaceStepRecord> Steps);

/// <summary>One thing that happens while a schedule is followed.</summary>
/// <param name="Lane">The thread's number, zero for the one that makes the calls before and after.</param>
/// <param name="Name">Its name.</param>
/// <param name="Path">The candidate's file; empty for what is not in it.</param>
/// <param name="Line">The line, from one; zero when it has none.</param>
/// <param name="Does">What is done.</param>
/// <param name="Object">The object concerned.</param>
/// <param name="Value">The value read, written or answered; empty when it is not known.</param>
/// <param name="Holds">The locks held.</param>
/// <param name="Waits">Whether it had to wait.</param>
public sealed record RaceStepRecord(int Lane, string Name, string Path, int Line, string Does, string Object, string Value, string Holds, bool Waits);

/// <summary>A finding of the analyzers. Lines and columns from one, never moved by #line.</summary>
public sealed record FindingRecord(
    string Rule, string Title, string Category, string Severity, string Message, string Path, int Line, int Column, int EndLine, int EndColumn,
    IReadOnlyList<PlaceRecord> Related, bool Suppressed, string HelpLink);

/// <summary>The other half of a finding.</summary>
public sealed record PlaceRecord(string Path, int Line, int Column, int EndLine, int EndColumn);

/// <summary>A file as submitted.</summary>
public sealed record FileRecord(string Path, string Text);

/// <summary>How the candidate's code was kept in.</summary>
/// <param name="Level">strong, weak.</param>
/// <param name="Mechanisms">What was in force, e.g. "bubblewrap 0.8.0", "cgroup v1 memory, pids", "seccomp".</param>
public sealed record IsolationRecord(string Level, IReadOnlyList<string> Mechanisms);

/// <summary>Time in one phase.</summary>
public sealed record PhaseRecord(string Name, double WallMilliseconds, double CpuMilliseconds);

/// <summary>Versions.</summary>
public sealed record ToolchainRecord(string Assay, string Compiler, string Runtime);
