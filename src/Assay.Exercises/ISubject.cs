using System.Linq.Expressions;
using Assay.Verify;

namespace Assay.Exercises;

/// <summary>
/// The world a candidate's code runs in, seen from the host. A check gets instances of the contract from it and calls them as if they were local; in grading every call
/// crosses into the jail and back. What the candidate's code throws arrives as <see cref="SubjectThrewException"/>.
/// </summary>
public interface ISubject : IDisposable
{
    /// <summary>Constructs the candidate's class with these arguments and the world's clock.</summary>
    T Create<T>(params object?[] arguments)
        where T : class;

    /// <summary>Moves the clock; due timers have fired when this returns.</summary>
    void Advance(TimeSpan by);

    /// <summary>Sets the wall clock without moving timestamps: an administrator's change.</summary>
    void SetUtcNow(DateTimeOffset instant);

    /// <summary>From now on the clock's timestamp moves by this much before each reading, so that time passes during calls; timers and the wall clock stand still. Zero ends it.</summary>
    /// <returns>The time since the beginning.</returns>
    TimeSpan MoveAtReadings(TimeSpan by);

    /// <summary>Reads a list that a call gave once more, as it is now where the candidate's code runs.</summary>
    /// <param name="given">The last list that any call gave.</param>
    IReadOnlyList<T> ReadAgain<T>(IReadOnlyList<T> given);

    /// <summary>Makes calls one after the other, in one message: a check may ask much without paying for each answer's way.</summary>
    /// <param name="calls">Calls of methods that give no tasks.</param>
    /// <returns>What each gave.</returns>
    /// <exception cref="SubjectThrewException">What the first of them threw that did; those after it may have been made.</exception>
    IReadOnlyList<object?> InTurn(params IReadOnlyList<Call> calls);

    /// <summary>Runs one list of calls per thread, all threads starting together, and gives back what each call answered.</summary>
    /// <returns>One operation per call. A call that threw has a <see cref="Answer.Thrown"/>.</returns>
    History<Call, Answer> RunTogether(params IReadOnlyList<Call>[] lanes);

    /// <summary>As <see cref="RunTogether"/>, with lists of one length whose calls at each place begin together. Intervals contain the wait for each other.</summary>
    History<Call, Answer> RunInStep(params IReadOnlyList<Call>[] lanes);

    /// <summary>
    /// At how many places of the last program in step the calls really began together, which on a busy machine are few. In grading it is told by the candidate's process: it may
    /// decide how often a program is repeated, within bounds, and nothing else.
    /// </summary>
    int StepsMet { get; }

    /// <summary>Runs a small program under schedule after schedule and gives back all the ways in which it came out.</summary>
    /// <param name="program">The program.</param>
    /// <param name="seed">Decides every choice made by chance.</param>
    /// <param name="schedules">The most schedules.</param>
    Explored Explore(ExploredProgram program, int seed, int schedules);

    /// <summary>Runs one schedule of a program again, with every step written down.</summary>
    /// <param name="program">The program.</param>
    /// <param name="schedule">The schedule of an outcome.</param>
    /// <param name="simplifies">Whether to leave out of it what the outcome does not need.</param>
    /// <returns>Null when the code cannot be explored.</returns>
    ExploredReplay? Replay(ExploredProgram program, string schedule, bool simplifies);
}

/// <summary>One call in a concurrent program.</summary>
/// <param name="Instance">What <see cref="ISubject.Create"/> gave.</param>
/// <param name="Method">A method of the contract. One that returns a task is awaited within the operation.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record Call(object Instance, System.Reflection.MethodInfo Method, IReadOnlyList<object?> Arguments)
{
    /// <summary>Writes a call as an expression: <c>Call.On(limiter, l =&gt; l.TryAcquire("a", 1))</c>.</summary>
    public static Call On<T>(T instance, Expression<Action<T>> call)
        where T : class => On(instance, (LambdaExpression)call);

    /// <summary>Writes a call as an expression.</summary>
    public static Call On<T, TResult>(T instance, Expression<Func<T, TResult>> call)
        where T : class => On(instance, (LambdaExpression)call);

    /// <summary>A call in an explored program, which has one instance: <c>Call.Of&lt;IRateLimiter&gt;(l =&gt; l.TryAcquire("a", 1))</c>.</summary>
    public static Call Of<T>(Expression<Action<T>> call)
        where T : class => On(typeof(T), (LambdaExpression)call);

    /// <summary>A call in an explored program.</summary>
    public static Call Of<T, TResult>(Expression<Func<T, TResult>> call)
        where T : class => On(typeof(T), (LambdaExpression)call);

    /// <inheritdoc />
    public override string ToString() => $"{Method.Name}({string.Join(", ", Arguments.Select(Shown))})";

    private static string Shown(object? argument) => argument switch
    {
        null => "null",
        string text => text,
        System.Collections.IEnumerable items => $"[{string.Join(", ", items.Cast<object?>())}]",
        Delegate => "loader",
        _ => Convert.ToString(argument, System.Globalization.CultureInfo.InvariantCulture) ?? "",
    };

    private static Call On(object instance, LambdaExpression call)
    {
        var body = call.Body is UnaryExpression { NodeType: ExpressionType.Convert } converted ? converted.Operand : call.Body;
        if (body is not MethodCallExpression { Object: ParameterExpression } invoked)
            throw new ArgumentException("Write one call of a method of the contract.", nameof(call));
        return new Call(instance, invoked.Method, [.. invoked.Arguments.Select(Value)]);
    }

    // Constants and captured variables, which most arguments are, need no compiling: programs have thousands of calls.
    private static object? Value(Expression argument) => argument switch
    {
        ConstantExpression constant => constant.Value,
        MemberExpression { Member: System.Reflection.FieldInfo field } member => field.GetValue(member.Expression is null ? null : Value(member.Expression)),
        MemberExpression { Member: System.Reflection.PropertyInfo property } member =>
            property.GetValue(member.Expression is null ? null : Value(member.Expression)),
        UnaryExpression { NodeType: ExpressionType.Convert, Method: null, Type.IsValueType: false } converted => Value(converted.Operand),
        _ => Expression.Lambda(argument).Compile(preferInterpretation: true).DynamicInvoke(),
    };
}

/// <summary>What a call answered.</summary>
/// <param name="Value">What was returned (awaited when it was a task); null for none.</param>
/// <param name="Thrown">Full name of the type that was thrown; null when none was.</param>
public sealed record Answer(object? Value, string? Thrown = null)
{
    /// <inheritdoc />
    public override string ToString() => Thrown ?? Value?.ToString() ?? "done";
}
