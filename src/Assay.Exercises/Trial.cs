namespace Assay.Exercises;

/// <summary>What one check has in its hands: a fresh subject, its clock, a seeded source of chance, and the ways to fail.</summary>
/// <param name="subject">The world the candidate's code runs in.</param>
/// <param name="seed">Decides everything random.</param>
public sealed class Trial(ISubject subject, int seed)
{
    private readonly List<string> _notes = [];

    /// <summary>The candidate's world. The clock in it stands still unless <see cref="Advance"/> moves it.</summary>
    public ISubject Subject { get; } = subject;

    /// <summary>The seed of this trial.</summary>
    public int Seed { get; } = seed;

    /// <summary>Chance, the same in every run with one seed. Values drawn from it are what a submission cannot have learnt by heart.</summary>
    public Random Random { get; } = new(seed);

    /// <summary>What a reader should know of how the check was made, whatever came of it.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Adds to <see cref="Notes"/>.</summary>
    public void Note(string note) => _notes.Add(note);

    /// <summary>Constructs the candidate's class.</summary>
    /// <param name="arguments">The constructor's arguments without the clock, which the world supplies.</param>
    public T Create<T>(params object?[] arguments)
        where T : class => Subject.Create<T>(arguments);

    /// <summary>Moves the subject's clock; its due timers have fired when this returns.</summary>
    public void Advance(TimeSpan by) => Subject.Advance(by);

    /// <summary>Fails unless the two are equal.</summary>
    /// <param name="expected">What the contract promises.</param>
    /// <param name="actual">What the candidate's code gave.</param>
    /// <param name="what">What was looked at, e.g. "permits granted in the first second".</param>
    public void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            throw new CheckFailedException(what, Shown(expected), Shown(actual));
    }

    /// <summary>Fails unless it is so.</summary>
    /// <param name="holds">Whether the promise holds.</param>
    /// <param name="what">What was looked at.</param>
    /// <param name="expected">In words.</param>
    /// <param name="actual">In words.</param>
    public void True(bool holds, string what, string expected, string actual)
    {
        if (!holds)
            throw new CheckFailedException(what, expected, actual);
    }

    /// <summary>Fails unless the call ends in an exception of this type (or one derived from it).</summary>
    public void Throws<TException>(Action call, string what)
        where TException : Exception
    {
        try
        {
            call();
        }
        catch (SubjectThrewException thrown) when (thrown.Is(typeof(TException)))
        {
            return;
        }
        catch (SubjectThrewException thrown)
        {
            throw new CheckFailedException(what, $"{typeof(TException).Name}", thrown.Message);
        }

        throw new CheckFailedException(what, $"{typeof(TException).Name}", "no exception");
    }

    private static string Shown<T>(T value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        IFormattable formattable => formattable.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "null",
    };
}

/// <summary>A check's sentence does not hold: what was looked at, what was promised, what came.</summary>
public sealed class CheckFailedException(string what, string expected, string actual)
    : Exception($"{what}: expected {expected}, got {actual}")
{
    /// <summary>What was looked at.</summary>
    public string What { get; } = what;

    /// <summary>What the contract promises.</summary>
    public string Expected { get; } = expected;

    /// <summary>What the candidate's code gave.</summary>
    public string Actual { get; } = actual;

    /// <summary>A drawn timeline of the operations, when they ran concurrently.</summary>
    public string? Timeline { get; init; }

    /// <summary>The same operations one by one, for those who draw them otherwise.</summary>
    public IReadOnlyList<OverlappingCall> Calls { get; init; } = [];

    /// <summary>The schedule that shows it, when it was found by exploration.</summary>
    public ExploredRace? Race { get; init; }
}

/// <summary>A schedule under which a check fails, and what it takes to see it again.</summary>
/// <param name="Number">Which of the programs that the check explores, from zero: with the check and its seed this is the program.</param>
/// <param name="Program">The program as a reader writes it.</param>
/// <param name="Schedule">Where the schedule departs from the default.</param>
/// <param name="Schedules">How many schedules of the program it took to find it.</param>
/// <param name="Outcome">What the run came to, call by call: equal for equal runs.</param>
/// <param name="Steps">What happened, step by step.</param>
public sealed record ExploredRace(int Number, string Program, string Schedule, int Schedules, string Outcome, IReadOnlyList<RaceStep> Steps);

/// <summary>A call that ran together with others.</summary>
/// <param name="Lane">The thread.</param>
/// <param name="Asked">The call.</param>
/// <param name="Answered">What came back; null while it has not returned.</param>
/// <param name="Began">Its place in the order of all beginnings and ends, from 0.</param>
/// <param name="Ended">The place of its end.</param>
public sealed record OverlappingCall(int Lane, string Asked, string? Answered, int Began, int? Ended);

/// <summary>Nothing can be said within the budget: never costs points.</summary>
public sealed class UndecidedException(string reason) : Exception(reason);

/// <summary>The candidate's code threw where a call crossed into it.</summary>
public sealed class SubjectThrewException(string typeName, IReadOnlyList<string> typeNames, string detail) : Exception($"{typeName}: {detail}")
{
    /// <summary>Full name of the thrown type.</summary>
    public string TypeName { get; } = typeName;

    /// <summary>Whether what was thrown is of this type or derives from it.</summary>
    public bool Is(Type type) => typeNames.Contains(type.FullName);
}
