using System.Reflection;

namespace Assay.Weaving.Observed;

/// <summary>A call of a small concurrent program.</summary>
/// <param name="Text">As a reader writes it.</param>
/// <param name="Returns">What the method is declared to return; a task is waited for within the call.</param>
/// <param name="Make">Makes it on the program's object.</param>
public sealed record ObservedCall(string Text, Type Returns, Func<object, object?> Make)
{
    /// <summary>A call of a method; what it throws arrives as it was thrown.</summary>
    /// <param name="text">As a reader writes it.</param>
    /// <param name="method">The method.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ObservedCall Of(string text, MethodInfo method, object?[] arguments)
    {
        ArgumentNullException.ThrowIfNull(method);
        return new ObservedCall(text, method.ReturnType, target => method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, (object?[])arguments.Clone(), null));
    }
}

/// <summary>What happens before the lanes set out: a call, or time that passes.</summary>
/// <param name="Call">The call; null when time passes.</param>
/// <param name="Passes">How much time.</param>
public readonly record struct ObservedMoment(ObservedCall? Call, TimeSpan Passes);

/// <summary>A small concurrent program over one object of woven code: moments before, calls of lanes that run together, calls at rest afterwards.</summary>
public sealed class ObservedProgram
{
    /// <summary>Creates the program.</summary>
    /// <param name="create">Makes the object, anew in each run; the clock and the loads are the run's own.</param>
    /// <param name="before">What happens first.</param>
    /// <param name="lanes">What runs together.</param>
    /// <param name="after">What is called when all have come to rest.</param>
    /// <param name="loads">The loads that its calls are given as arguments.</param>
    public ObservedProgram(
        Func<TimeProvider, object> create,
        IReadOnlyList<ObservedMoment> before,
        IReadOnlyList<IReadOnlyList<ObservedCall>> lanes,
        IReadOnlyList<ObservedCall> after,
        ScriptedLoads loads)
    {
        Loads = loads;
        (Create, Before, Lanes, After) = (create, before, lanes, after);
        Calls = [.. before.Where(moment => moment.Call is not null).Select(moment => moment.Call!), .. lanes.SelectMany(lane => lane), .. after];
    }

    /// <summary>Makes the object.</summary>
    public Func<TimeProvider, object> Create { get; }

    /// <summary>What happens first.</summary>
    public IReadOnlyList<ObservedMoment> Before { get; }

    /// <summary>What runs together.</summary>
    public IReadOnlyList<IReadOnlyList<ObservedCall>> Lanes { get; }

    /// <summary>What is called at rest.</summary>
    public IReadOnlyList<ObservedCall> After { get; }

    /// <summary>Every call: before, lane by lane, after. Its index names a call.</summary>
    public IReadOnlyList<ObservedCall> Calls { get; }

    /// <summary>The loads that the program's calls may be given as an argument.</summary>
    public ScriptedLoads Loads { get; }
}
