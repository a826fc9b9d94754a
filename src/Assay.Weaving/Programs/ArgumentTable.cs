using System.Reflection;
using Assay.Weaving.Models;

namespace Assay.Weaving.Programs;

/// <summary>Arguments for parameters: one or two of each kind, enough for calls that agree and calls that differ.</summary>
internal sealed class ArgumentTable(Type explored)
{
    // So deep an argument's own constructor arguments are made up.
    private const int Deepest = 3;

    /// <summary>The name of work that fails.</summary>
    public const string Throwing = "delegate that throws";

    private static readonly Dictionary<Type, Argument[]> Known = new()
    {
        [typeof(int)] = [Argument.Of(1, "1"), Argument.Of(2, "2")],
        [typeof(long)] = [Argument.Of(1L, "1"), Argument.Of(2L, "2")],
        [typeof(uint)] = [Argument.Of(1u, "1"), Argument.Of(2u, "2")],
        [typeof(ulong)] = [Argument.Of(1ul, "1"), Argument.Of(2ul, "2")],
        [typeof(short)] = [Argument.Of((short)1, "1"), Argument.Of((short)2, "2")],
        [typeof(byte)] = [Argument.Of((byte)1, "1"), Argument.Of((byte)2, "2")],
        [typeof(float)] = [Argument.Of(1f, "1"), Argument.Of(2f, "2")],
        [typeof(double)] = [Argument.Of(1.0, "1"), Argument.Of(2.0, "2")],
        // Two that differ in both halves: a mixture of them is a third.
        [typeof(decimal)] = [Argument.Of(1m, "1"), Argument.Of(2.5m, "2.5")],
        [typeof(bool)] = [Argument.Of(true, "true"), Argument.Of(false, "false")],
        [typeof(char)] = [Argument.Of('a', "'a'"), Argument.Of('b', "'b'")],
        [typeof(string)] = [Argument.Of("a", "\"a\""), Argument.Of("b", "\"b\"")],
        [typeof(object)] = [Argument.Of("a", "\"a\"")],
        [typeof(Guid)] = [Argument.Of(new Guid(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), "guid 1"), Argument.Of(new Guid(2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2), "guid 2")],
        [typeof(Uri)] = [Argument.Of(new Uri("http://a/"), "http://a/"), Argument.Of(new Uri("http://b/"), "http://b/")],
        [typeof(TimeSpan)] = [Argument.Of(TimeSpan.FromSeconds(1), "1 s")],
        [typeof(DateTime)] = [Argument.Of(new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc), "2000-01-01"), Argument.Of(new DateTime(2000, 1, 2, 0, 0, 0, DateTimeKind.Utc), "2000-01-02")],
        [typeof(DateTimeOffset)] = [Argument.Of(RunClock.Instance.GetUtcNow(), "2000-01-01"), Argument.Of(RunClock.Instance.GetUtcNow().AddDays(1), "2000-01-02")],
        [typeof(CancellationToken)] = [Argument.Of(CancellationToken.None, "none")],
        [typeof(TimeProvider)] = [Argument.Of(RunClock.Instance, "clock")],
        [typeof(HttpContent)] = [new Argument("content", static _ => new StringContent("a"))],
        [typeof(HttpClient)] = [new Argument("http", static _ => new MadeUpHttpClient(), IsShared: true)],
    };

    // Abstract types of the framework with one implementation that everybody means.
    private static readonly Dictionary<string, string> Implementations = new(StringComparer.Ordinal)
    {
        ["Microsoft.AspNetCore.Http.HttpContext"] = "Microsoft.AspNetCore.Http.DefaultHttpContext, Microsoft.AspNetCore.Http",
        ["System.IO.Stream"] = "System.IO.MemoryStream",
    };

    private readonly Dictionary<Type, Argument[]?> _made = [];

    /// <summary>How objects of the explored type are made; the first way that works, once that is known.</summary>
    public Func<RunObjects, bool, object?> Self { get; set; } = static (_, _) => null;

    /// <summary>The object that calls are made on.</summary>
    public Argument This => new(Argument.This, objects => Self(objects, false), IsShared: true, explored);

    /// <summary>A second object of the same type.</summary>
    public Argument Other => new(Argument.Other, objects => Self(objects, true), IsShared: true, explored);

    /// <summary>A few lists of arguments: all first values, then each parameter's second. Null when one cannot be made up.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="target">What is called: an argument of its own type is the other object.</param>
    /// <param name="depth">How deep inside other arguments.</param>
    public List<Argument[]>? Lists(ParameterInfo[] parameters, string target, int depth = 0)
    {
        var domains = parameters.Select(parameter => Of(parameter, target, depth)).ToList();
        if (domains.Exists(domain => domain is null))
            return null;
        var lists = new List<Argument[]> { Pick(domains!, -1) };
        for (var second = 0; second < domains.Count; second++)
        {
            if (domains[second]!.Length > 1)
                lists.Add(Pick(domains!, second));
        }

        return lists;
    }

    /// <summary>Lists of arguments of which one is at its edge, and the others are first values.</summary>
    public IEnumerable<Argument[]> Edges(ParameterInfo[] parameters, string target)
    {
        if (Lists(parameters, target) is not [var plain, ..] lists)
            yield break;
        for (var place = 0; place < parameters.Length; place++)
        {
            foreach (var edge in EdgeArguments.Of(parameters[place].ParameterType).Where(edge => !lists.Exists(list => list[place].Text == edge.Text)))
                yield return [.. plain[..place], edge, .. plain[(place + 1)..]];
        }
    }

    /// <summary>Ways to make an object, the simplest first, each from first values or from second ones, so that two objects differ.</summary>
    public IEnumerable<Func<RunObjects, bool, object?>> Makers(Type type, int depth = 0)
    {
        if (type.IsAbstract || type.IsInterface)
            yield break;
        foreach (var constructor in type.GetConstructors().OrderBy(one => one.GetParameters().Length).Where(one => one.GetParameters().All(parameter => parameter.ParameterType != type)))
        {
            // A second object is as well-behaved as the first: what throws is for calls only.
            var domains = constructor.GetParameters().Select(parameter => Of(parameter, "", depth + 1)?.Where(argument => argument.Text != Throwing).ToArray()).ToList();
            if (domains.Exists(domain => domain is null))
                continue;
            var invoker = ConstructorInvoker.Create(constructor);
            yield return (objects, isSecond) => invoker.Invoke(domains.Select(domain => objects.Get(domain![isSecond ? ^1 : 0])).ToArray().AsSpan());
        }

        // A singleton, or a factory of its own.
        foreach (var factory in type.GetMethods(BindingFlags.Public | BindingFlags.Static).Where(method => method.ReturnType == type && method.GetParameters().Length == 0 && !method.IsGenericMethodDefinition))
            yield return (_, _) => factory.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [], null);
    }

    private static Argument[] Pick(List<Argument[]> domains, int second) => [.. domains.Select((domain, index) => domain[index == second ? 1 : 0])];

    private Argument[]? Of(ParameterInfo parameter, string target, int depth)
    {
        var type = parameter.ParameterType;
        if (type.IsByRef)
            return [Argument.Of(null, parameter.IsOut ? "out _" : "ref _")];
        if (type == explored && target.Length > 0)
            return [target == Argument.This ? Other : This];
        if (Of(Nullable.GetUnderlyingType(type) ?? type, depth) is { } made)
            return made;
        return parameter.HasDefaultValue ? [Argument.Of(parameter.DefaultValue, "default")] : null;
    }

    private Argument[]? Of(Type type, int depth)
    {
        if (Known.TryGetValue(type, out var known))
            return known;
        if (type == explored)
            return [This, Other];
        if (depth >= Deepest)
            return null;
        if (!_made.TryGetValue(type, out var made))
        {
            // Types that need each other to be made cannot be.
            _made[type] = null;
            _made[type] = made = Make(type, depth);
        }

        return made;
    }

    private Argument[]? Make(Type type, int depth)
    {
        if (type.IsEnum)
            return [.. Enum.GetValues(type).Cast<object>().Take(2).Select(value => Argument.Of(value, value.ToString()!))];
        if (typeof(Delegate).IsAssignableFrom(type))
            return Delegates(type);
        if (Later.IsTask(type))
            return Tasks(type, depth);
        if (Items(type, depth) is { } items)
            return items;
        if (type.Assembly == explored.Assembly)
            return Own(type, depth);
        if (type.IsInterface)
            return MadeUp.Interface(type) is { } stub ? [Argument.Of(stub, type.Name)] : null;
        return Foreign(Implementations.TryGetValue(type.FullName ?? "", out var name) ? Type.GetType(name) ?? type : type, depth);
    }

    // Of work that only does something, also such that fails. What is loaded may be shared by calls that meet, and then fails for all of them, as it should.
    private static Argument[]? Delegates(Type type)
    {
        if (MadeUp.Delegate(type) is not { } returning)
            return null;
        var isWork = type.GetMethod("Invoke")!.ReturnType == typeof(void);
        return isWork ? [Argument.Of(returning, "delegate"), Argument.Of(MadeUp.Delegate(type, throws: true), Throwing)] : MadeUp.OwnDelegate(type) is { } own
                ? [new Argument("delegate", objects => objects.Call is { } call ? own(call) : returning)]
                : [Argument.Of(returning, "delegate")];
    }

    private Argument[]? Tasks(Type type, int depth)
    {
        if (!type.IsGenericType)
            return [new Argument("task", _ => Later.OfType(type, static _ => null))];
        return Of(type.GetGenericArguments()[0], depth + 1)?.Select(one => new Argument($"task of {one.Text}", objects => Later.OfType(type, _ => objects.Get(one)))).ToArray();
    }

    // Arrays, and the interfaces and lists that an array can stand in for: both values of the element.
    private Argument[]? Items(Type type, int depth)
    {
        var element = type.IsArray ? type.GetElementType()! : type.IsGenericType && type.GetGenericArguments() is [var only] ? only : null;
        if (element is null || element.IsByRefLike || element.IsPointer)
            return null;
        var array = element.MakeArrayType();
        var list = typeof(List<>).MakeGenericType(element);
        var isLater = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>);
        if (!isLater && !type.IsAssignableFrom(array) && type != list)
            return null;
        if (Of(element, depth + 1) is not { } values)
            return null;
        var one = new Argument($"[{values[0].Text}]", objects => Filled(objects, 1));
        return values.Length == 1 ? [one] : [one, new Argument($"[{string.Join(", ", values.Select(value => value.Text))}]", objects => Filled(objects, values.Length), IsMany: true)];

        object Filled(RunObjects objects, int count)
        {
            var filled = Array.CreateInstance(element, count);
            for (var index = 0; index < count; index++)
                filled.SetValue(objects.Get(values[index]), index);
            return isLater ? Activator.CreateInstance(typeof(LaterItems<>).MakeGenericType(element), filled)! : type == list ? Activator.CreateInstance(list, filled)! : filled;
        }
    }

    // A type of the code under test: two objects that all calls of a run share, or a class that implements it.
    private Argument[]? Own(Type type, int depth)
    {
        var concrete = type.IsAbstract
            ? type.Assembly.GetTypes().Where(one => one is { IsAbstract: false, ContainsGenericParameters: false } && type.IsAssignableFrom(one)).OrderBy(one => one.MetadataToken).FirstOrDefault(one => Makers(one, depth).Any())
            : type;
        if (concrete is not null && Makers(concrete, depth).FirstOrDefault() is { } make)
            return [new Argument($"{type.Name} 1", objects => make(objects, false), IsShared: true, concrete), new Argument($"{type.Name} 2", objects => make(objects, true), IsShared: true, concrete)];
        if (type.IsValueType)
            return [Argument.Of(Activator.CreateInstance(type), $"default({type.Name})")];
        return MadeUp.Interface(type) is { } stub ? [Argument.Of(stub, type.Name)] : null;
    }

    // Of the framework's own types only such as do nothing to the world when they are made.
    private Argument[]? Foreign(Type type, int depth)
    {
        if (type.IsAbstract || type.ContainsGenericParameters || type.IsByRefLike)
            return null;
        if (type.GetConstructor([]) is not null)
            return [new Argument(type.Name, _ => Activator.CreateInstance(type))];
        if (type == typeof(SemaphoreSlim))
            return [new Argument("semaphore of 1", static _ => new SemaphoreSlim(1), IsShared: true)];
        if (type.IsValueType && type.FullName!.StartsWith("System.", StringComparison.Ordinal) && Makers(type, depth).FirstOrDefault() is { } make)
            return [new Argument(type.Name.Split('`')[0], objects => make(objects, false))];
        return type.IsValueType ? [Argument.Of(Activator.CreateInstance(type), $"default({type.Name})")] : null;
    }
}
