using Assay.Contracts;

namespace Assay.Exercises;

/// <summary>One exercise: a contract, a reference, its stages, its planted defects and one rubric. Found by reflection; no list is edited.</summary>
public abstract class Exercise
{
    /// <summary>What people type, e.g. <c>rate-limiter</c>.</summary>
    public abstract string Id { get; }

    /// <summary>A short title for reports.</summary>
    public abstract string Title { get; }

    /// <summary>The task as the candidate reads it, in Markdown.</summary>
    public abstract string Brief { get; }

    /// <summary>The interface that the candidate's one public class implements.</summary>
    public abstract Type Contract { get; }

    /// <summary>The parameters of the public constructor which that class must have, in order.</summary>
    public abstract IReadOnlyList<Type> ConstructorParameters { get; }

    /// <summary>The stages, in the order in which they are asked for.</summary>
    public abstract IReadOnlyList<Stage> Stages { get; }

    /// <summary>The points of each criterion; they sum to 100.</summary>
    public abstract IReadOnlyList<Weight> Weights { get; }

    /// <summary>The reference solution as source files.</summary>
    public abstract IReadOnlyList<SourceText> Reference { get; }

    /// <summary>The files a candidate begins with; they compile and fail only stage one.</summary>
    public abstract IReadOnlyList<SourceText> Starter { get; }

    /// <summary>The contract as source files, for a candidate to read and compile against.</summary>
    public IReadOnlyList<SourceText> ContractSources => ExerciseSources.Contract(Contract);

    /// <summary>A program that checks some promises, for a candidate to run and extend: <c>Program.cs</c> and what it needs.</summary>
    public IReadOnlyList<SourceText> VisibleCheck => ExerciseSources.Check(Id);

    /// <summary>Wrong solutions, each an edit of the reference.</summary>
    public abstract IReadOnlyList<PlantedDefect> Defects { get; }

    /// <summary>All exercises, ordered by ID.</summary>
    public static IReadOnlyList<Exercise> All { get; } =
    [
        .. typeof(Exercise).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(Exercise)))
            .Select(type => (Exercise)Activator.CreateInstance(type)!)
            .OrderBy(exercise => exercise.Id, StringComparer.Ordinal),
    ];

    /// <summary>The contract's assembly: all that a submission may refer to besides the framework.</summary>
    public static System.Reflection.Assembly Contracts => typeof(ContractAttribute).Assembly;
}

/// <summary>A source file of a submission.</summary>
/// <param name="Path">Relative, with forward slashes.</param>
/// <param name="Text">Its text.</param>
public sealed record SourceText(string Path, string Text);

/// <summary>A step of the interview: later stages extend the contract's use, earlier ones are run again against the later submission.</summary>
/// <param name="Number">From one.</param>
/// <param name="Title">A few words.</param>
/// <param name="Checks">What is checked, each in a fresh world.</param>
public sealed record Stage(int Number, string Title, IReadOnlyList<Check> Checks)
{
    /// <summary>Whether it begins where nothing of the submission has run yet, because exploration has no hold on threads that another stage left. It is run before those that do not.</summary>
    public bool BeginsAnew { get; init; }
}

/// <summary>One check: a sentence that the candidate reads, and the program that finds out.</summary>
/// <param name="Id">Stable and unique in the exercise, e.g. <c>burst-is-bounded</c>.</param>
/// <param name="Sentence">What must hold, e.g. "A full bucket admits exactly its capacity at once".</param>
/// <param name="Category">The criterion that a failure costs: a rule category, or <see cref="Weight.Behaviour"/>.</param>
/// <param name="Run">Ends normally when the sentence holds; <see cref="Trial"/> says how it fails.</param>
public sealed record Check(string Id, string Sentence, string Category, Action<Trial> Run)
{
    /// <summary>What to do better, when it fails.</summary>
    public string Help { get; init; } = "";

    /// <summary>Checks whose failure makes this one pointless: it is skipped then, with that reason.</summary>
    public IReadOnlyList<string> Requires { get; init; } = [];

    /// <summary>How much it counts among the checks of its criterion.</summary>
    public int Points { get; init; } = 1;
}

/// <summary>The share of a criterion in the score.</summary>
/// <param name="Criterion">A rule category (house word), or <see cref="Behaviour"/>.</param>
/// <param name="Points">Of 100.</param>
public sealed record Weight(string Criterion, int Points)
{
    /// <summary>The criterion of sequential behaviour, which no rule category names.</summary>
    public const string Behaviour = "Behaviour";
}

/// <summary>A wrong solution that the exercise must catch: an edit of the reference, not a copy.</summary>
/// <param name="Name">A noun phrase, e.g. <c>LostRefillRemainder</c>.</param>
/// <param name="Story">One sentence: what somebody thought, and what goes wrong.</param>
/// <param name="Stage">The first stage that must fail.</param>
/// <param name="Rule">The rule that should report it, e.g. <c>ASSAY2003</c>; null when none can.</param>
/// <param name="Edits">Applied in order; each find occurs exactly once.</param>
public sealed record PlantedDefect(string Name, string Story, int Stage, string? Rule, params Edit[] Edits);

/// <summary>One replacement in one file of the reference.</summary>
/// <param name="Path">The file's path within the reference.</param>
/// <param name="Find">Occurs exactly once.</param>
/// <param name="Replace">What stands there in the defect.</param>
public sealed record Edit(string Path, string Find, string Replace);
