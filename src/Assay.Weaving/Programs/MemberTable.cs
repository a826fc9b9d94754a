using System.Reflection;

namespace Assay.Weaving.Programs;

/// <summary>The calls that programs over a type are made of: its public members, each with a few arguments that let calls meet.</summary>
internal sealed class MemberTable
{
    private const int MostObservers = 6;

    // Of more, not even the pairs could be run.
    private const int MostMembers = 200;

    private const BindingFlags Everywhere = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly string[] LeftOut = ["ToString", "Equals", "GetHashCode", "Deconstruct", "<Clone>$", "PrintMembers"];

    private readonly ArgumentTable _arguments;
    private readonly IReadOnlyList<string> _without;
    private readonly List<CallPlan> _all;
    private readonly List<CallPlan> _calls;
    private readonly List<CallPlan> _edges;
    private readonly List<CallPlan> _observers;

    private MemberTable(Type type, IReadOnlyList<string> without, ArgumentTable arguments, IReadOnlyList<Func<RunObjects, bool, object?>> makers)
    {
        (Type, _without, _arguments, Makers) = (type, without, arguments, makers);
        if (makers.Count > 0)
            arguments.Self = makers[0];
        // What objects do before what needs none.
        _all = [.. Members(type).OrderBy(method => method.IsStatic).Take(MostMembers).OrderBy(method => method.MetadataToken).SelectMany(PlansFor)];
        if (_all.Count > 0)
            _all.AddRange(Copies(type));
        _edges = [.. _all.Where(call => call is { IsMany: false, IsLoop: false }).DistinctBy(call => (call.Method, call.On)).SelectMany(EdgesOf)];
        _calls = [.. _all.Where(call => call is { IsMany: false, IsLoop: false })];
        _observers = [.. Companions().Where(call => call is { HasAnswer: true, Waits: null })];
        Invariants = [.. type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance).Where(IsInvariant).Select(method => new CallPlan(method, _arguments.This, [], method.Name))];
    }

    public Type Type { get; }

    /// <summary>Every call, those that stand in no lane among others too.</summary>
    public IReadOnlyList<CallPlan> All => _all;

    /// <summary>The calls that lanes are made of.</summary>
    public IReadOnlyList<CallPlan> Calls => _calls;

    /// <summary>Calls with an argument that they may refuse, or fail on halfway.</summary>
    public IReadOnlyList<CallPlan> Edges => _edges;

    /// <summary>The calls that are a program of their own: those that start threads of control, as far as that is known.</summary>
    public List<CallPlan> Alone { get; } = [];

    /// <summary>The work of a hosted service: begun before anything else, and once.</summary>
    public IEnumerable<CallPlan> Loops => _all.Where(call => call.IsLoop);

    /// <summary>Methods marked as invariant: they must hold, and return true if they return anything, whenever no call runs.</summary>
    public IReadOnlyList<CallPlan> Invariants { get; }

    /// <summary>Ways to make an instance, the simplest first; none for a static class.</summary>
    public IReadOnlyList<Func<RunObjects, bool, object?>> Makers { get; }

    /// <summary>The calls that show the state when the lanes have ended: what answers at once, and what answers later where nothing else does.</summary>
    public IReadOnlyList<CallPlan> Observers
    {
        get
        {
            var answering = Calls.Where(call => call is { HasAnswer: true, Waits: null }).OrderBy(call => call.Method.IsSpecialName ? 0 : 1).Take(MostObservers).ToList();
            if (answering.Count == 0)
                answering = [.. Calls.Where(call => call.HasAnswer).Take(MostObservers)];
            return [.. answering, .. _observers];
        }
    }

    /// <summary>The table of a type; null, with the reason, when it has nothing to call or cannot be made.</summary>
    public static MemberTable? Of(Type type, out string reason, IReadOnlyList<string>? without = null)
    {
        reason = typeof(Delegate).IsAssignableFrom(type) ? $"{type.Name} is a delegate"
            : type is { IsAbstract: true, IsSealed: false } ? $"{type.Name} is abstract, and only what derives from it can be made" : "";
        if (reason.Length > 0)
            return null;
        if (type.ContainsGenericParameters)
        {
            if (Closed(type.GetGenericArguments(), type.MakeGenericType) is not { } closed)
            {
                reason = $"{type.Name} has type parameters for which nothing simple will do";
                return null;
            }

            type = closed;
        }

        var isStatic = type is { IsAbstract: true, IsSealed: true };
        var arguments = new ArgumentTable(type);
        List<Func<RunObjects, bool, object?>> makers = isStatic ? [] : [.. arguments.Makers(type)];
        if (makers.Count == 0 && !isStatic)
        {
            reason = $"{type.Name} has no public constructor whose arguments can be made up";
            return null;
        }

        var table = new MemberTable(type, without ?? [], arguments, makers);
        if (table.All.Count > 0)
            return table;
        reason = $"{type.Name} has no public member whose arguments can be made up";
        return null;
    }

    /// <summary>What all calls of one run are made with.</summary>
    public RunObjects Begin()
    {
        var objects = new RunObjects();
        if (Makers.Count > 0)
            objects.Get(_arguments.This);
        return objects;
    }

    /// <summary>The object that calls are made on; null for a static class.</summary>
    public object? Target(RunObjects objects) => Makers.Count == 0 ? null : objects.Get(_arguments.This);

    /// <summary>Takes instances from the next way to make them.</summary>
    public void MakeBy(Func<RunObjects, bool, object?> maker) => _arguments.Self = maker;

    /// <summary>Leaves a call out.</summary>
    public void Drop(CallPlan call)
    {
        _all.Remove(call);
        Alone.Remove(call);
        _calls.Remove(call);
        _edges.Remove(call);
        _observers.Remove(call);
    }

    /// <summary>Whether the last call lets time pass.</summary>
    public bool HasTime { get; private set; }

    /// <summary>Lets time pass beside the calls.</summary>
    public void AddTime()
    {
        HasTime = true;
        _calls.Add(new CallPlan(typeof(PassingTime).GetMethod(nameof(PassingTime.ToTheNextAlarm))!, null, [], "time passes"));
    }

    // One type for all parameters: the first that their constraints allow.
    private static T? Closed<T>(Type[] parameters, Func<Type[], T> close)
        where T : class
    {
        foreach (var argument in new[] { typeof(int), typeof(string), typeof(DayOfWeek), typeof(object) })
        {
            try
            {
                return close([.. parameters.Select(_ => argument)]);
            }
            catch (ArgumentException)
            {
                // A constraint forbids it; reflection has no way to ask before.
            }
        }

        return null;
    }

    private static bool IsInvariant(MethodInfo method) => method.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "InvariantAttribute");

    private IEnumerable<MethodInfo> Members(Type type) =>
        from method in type.GetMethods(Everywhere)
        where method.DeclaringType!.Assembly == Type.Assembly && (method.IsPublic || IsHosted(method)) && !IsInvariant(method) && !_without.Contains(method.Name)
        where !LeftOut.Contains(method.Name) && !method.Name.StartsWith("op_", StringComparison.Ordinal)
        let closed = method.IsGenericMethodDefinition ? Closed(method.GetGenericArguments(), method.MakeGenericMethod) : method
        where closed is not null
        select closed;

    private static bool IsHosted(MethodInfo method) =>
        method is { Name: "ExecuteAsync", IsFamily: true, IsVirtual: true } && method.GetBaseDefinition().DeclaringType is { Name: "BackgroundService" };

    // Who takes an object of its own type is called on each of two.
    private IEnumerable<CallPlan> PlansFor(MethodInfo method)
    {
        if (method.IsStatic)
            return Plans(method, null);
        var takesOther = method.GetParameters().Any(parameter => parameter.ParameterType == Type);
        return takesOther ? Plans(method, _arguments.This).Concat(Plans(method, _arguments.Other)) : Plans(method, _arguments.This);
    }

    private IEnumerable<CallPlan> Plans(MethodInfo method, Argument? target) =>
        (_arguments.Lists(method.GetParameters(), target?.Text ?? "") ?? [])
            // Who subscribes code that throws breaks the publisher's callers in ways of its own; a host starts a service once.
            .Take((method.IsSpecialName && method.Name.StartsWith("add_", StringComparison.Ordinal)) || IsHosted(method) ? 1 : int.MaxValue)
            .Select(arguments => new CallPlan(method, target, arguments, Text(method, target, arguments)));

    private IEnumerable<CallPlan> EdgesOf(CallPlan call) => call.Method is MethodInfo method
        ? _arguments.Edges(method.GetParameters(), call.On?.Text ?? "").Select(arguments => new CallPlan(method, call.On, arguments, Text(method, call.On, arguments)))
        : [];

    // Another object made out of the one that others are called on.
    private IEnumerable<CallPlan> Copies(Type type) =>
        from constructor in type.GetConstructors()
        let parameters = constructor.GetParameters()
        where !type.IsAbstract && parameters.Any(parameter => parameter.ParameterType == type) && !_without.Contains(constructor.Name)
        from arguments in _arguments.Lists(parameters, "") ?? []
        where arguments.Any(argument => argument.Text == Argument.This)
        select new CallPlan(constructor, arguments, $"new {type.Name.Split('`')[0]}({string.Join(", ", arguments.Select(argument => argument.Text))})");

    /// <summary>
    /// Calls of whatever somebody else can reach: the type's own assembly, what derives from it, who knows it by an interface or by its base. Null when there is a member whose arguments cannot be made up.
    /// </summary>
    public List<CallPlan>? Reachable()
    {
        var plans = new List<CallPlan>();
        foreach (var method in Type.GetMethods(Everywhere).Where(IsReachable))
        {
            var closed = method.IsGenericMethodDefinition ? Closed(method.GetGenericArguments(), method.MakeGenericMethod) : method;
            var before = plans.Count;
            if (closed is not null)
                plans.AddRange(PlansFor(closed));
            if (plans.Count == before)
                return null;
        }

        return plans;
    }

    private bool IsReachable(MethodInfo method)
    {
        if (method.DeclaringType == typeof(object) || LeftOut.Contains(method.Name) || method.Name.StartsWith("op_", StringComparison.Ordinal))
            return false;
        // By the interface alone is private to reflection.
        return method.IsPublic || (method.DeclaringType!.Assembly == Type.Assembly && (!method.IsPrivate || method is { IsVirtual: true, IsFinal: true }));
    }

    // What the objects that calls take show of themselves.
    private IEnumerable<CallPlan> Companions()
    {
        var shared = _calls.SelectMany(call => call.Arguments).Where(argument => argument.IsShared && argument.Text != Argument.This).DistinctBy(argument => argument.Text).ToList();
        return from argument in shared
               where argument.Type is not null
               from method in Members(argument.Type!).Where(method => method is { IsStatic: false } && method.GetParameters().Length == 0 && method.ReturnType != typeof(void)).OrderBy(method => method.IsSpecialName ? 0 : 1).Take(2)
               select new CallPlan(method, argument, [], Text(method, argument, []));
    }

    private static string Text(MethodInfo method, Argument? target, Argument[] arguments)
    {
        var texts = Array.ConvertAll(arguments, argument => argument.Text);
        var on = target is null or { Text: Argument.This } ? "" : $"{target.Text}.";
        if (!method.IsSpecialName || method.Name.IndexOf('_', StringComparison.Ordinal) is not (> 0 and var mark))
            return $"{on}{method.Name}({string.Join(", ", texts)})";
        var name = on + method.Name[(mark + 1)..];
        var last = texts.Length > 0 ? texts[^1] : "";
        return method.Name[..mark] switch
        {
            "get" => texts.Length == 0 ? name : $"this[{string.Join(", ", texts)}]",
            "set" => texts.Length == 1 ? $"{name} = {last}" : $"this[{string.Join(", ", texts[..^1])}] = {last}",
            "add" => $"{name} += {last}",
            "remove" => $"{name} -= {last}",
            _ => $"{on}{method.Name}({string.Join(", ", texts)})",
        };
    }
}
