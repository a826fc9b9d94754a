using System.Linq.Expressions;
using System.Reflection;

namespace Assay.Weaving.Programs;

/// <summary>Code for parameters that ask for some: delegates and interfaces that return their argument, or a fixed value, and do nothing else.</summary>
internal static class MadeUp
{
    // By number of a call. None is a type's default, which stands for nothing made yet, and of those wider than a machine word no half is.
    private static readonly Dictionary<Type, Func<int, object>> Own = new()
    {
        [typeof(int)] = call => 7 + call,
        [typeof(long)] = call => 7L + call,
        [typeof(double)] = call => 7.5 + call,
        [typeof(decimal)] = call => 7.25m + call,
        [typeof(string)] = call => $"made {call}",
        [typeof(Guid)] = call => new Guid(7 + call, 1, 1, 1, 1, 1, 1, 1, 1, 1, (byte)(7 + call)),
    };

    /// <summary>Null when the type is no delegate or one that takes references.</summary>
    public static Delegate? Delegate(Type type, bool throws = false)
    {
        if (!typeof(Delegate).IsAssignableFrom(type) || type.GetMethod("Invoke") is not { } invoke || invoke.GetParameters().Any(parameter => parameter.ParameterType.IsByRef))
            return null;
        if (!throws && !IsAnswerable(invoke.ReturnType, invoke.GetParameters()))
            return null;
        var parameters = invoke.GetParameters().Select(parameter => Expression.Parameter(parameter.ParameterType)).ToArray();
        var given = Expression.NewArrayInit(typeof(object), parameters.Select(parameter => Expression.Convert(parameter, typeof(object))));
        Expression body = throws
            ? Expression.Throw(Expression.New(typeof(InvalidOperationException)), invoke.ReturnType)
            : invoke.ReturnType == typeof(void)
                ? Expression.Empty()
                : Expression.Convert(Expression.Call(typeof(MadeUp), nameof(Answer), [], Expression.Constant(invoke.ReturnType), given), invoke.ReturnType);
        return Expression.Lambda(type, Expression.Block(Expression.Call(typeof(Models.CallRecord), nameof(Models.CallRecord.NoteWork), []), body), parameters).Compile();
    }

    /// <summary>By number of a call, a delegate that is its own: what it answers tells whose it was, whoever runs it. Null when the type is none that answers.</summary>
    public static Func<int, Delegate>? OwnDelegate(Type type)
    {
        if (Delegate(type) is null || type.GetMethod("Invoke") is not { } invoke || invoke.ReturnType == typeof(void))
            return null;
        var number = Expression.Parameter(typeof(int));
        var parameters = invoke.GetParameters().Select(parameter => Expression.Parameter(parameter.ParameterType)).ToArray();
        var given = Expression.NewArrayInit(typeof(object), parameters.Select(parameter => Expression.Convert(parameter, typeof(object))));
        var answer = Expression.Call(typeof(MadeUp), nameof(AnswerOf), [], number, Expression.Constant(invoke.ReturnType), given);
        return Expression.Lambda<Func<int, Delegate>>(Expression.Lambda(type, Expression.Convert(answer, invoke.ReturnType), parameters), number).Compile();
    }

    /// <summary>What a call's own delegate answers.</summary>
    public static object? AnswerOf(int call, Type type, object?[] given)
    {
        Models.CallRecord.NoteWork();
        return Answered(type, given, call);
    }

    /// <summary>An object that implements an interface; null when that cannot be.</summary>
    public static object? Interface(Type type)
    {
        try
        {
            return type is { IsInterface: true, ContainsGenericParameters: false } ? DispatchProxy.Create(type, typeof(Stub)) : null;
        }
        catch (Exception refused) when (refused is ArgumentException or TypeLoadException or NotSupportedException)
        {
            // Some interfaces cannot be implemented from outside: static members, types nobody may name.
            return null;
        }
    }

    /// <summary>What made-up code answers: an argument of the type, or a fixed value; what comes later comes after a while.</summary>
    public static object? Answer(Type type, object?[] given) => Answered(type, given, Number);

    private static object? Answered(Type type, object?[] given, int call)
    {
        if (type == typeof(void))
            return null;
        if (Later.IsTask(type))
            return Later.OfType(type, inner => Answered(inner, given, call));
        if (Array.Find(given, one => type.IsInstanceOfType(one) && type != typeof(object)) is { } same)
            return same;
        // Each call has an answer of its own, the same for as long as it lasts: whose was kept can be told.
        if (Own.TryGetValue(Nullable.GetUnderlyingType(type) ?? type, out var own))
            return own(call);
        if (type.IsArray)
            return Array.CreateInstance(type.GetElementType()!, 0);
        if (type.IsValueType)
            return Activator.CreateInstance(type);
        return type is { IsAbstract: false, ContainsGenericParameters: false } && type.GetConstructor([]) is not null ? Activator.CreateInstance(type) : null;
    }

    private static int Number => Verify.Exploration.Arena.Current is { } lane ? Models.CallRecord.Of(lane).Call : 0;

    // A delegate whose result would be null where nobody expects it makes calls that only fail.
    private static bool IsAnswerable(Type type, ParameterInfo[] parameters) =>
        type == typeof(void) || type.IsValueType || type.IsArray || type == typeof(string) || type == typeof(object) || type == typeof(Task) ||
        parameters.Any(parameter => parameter.ParameterType == type) ||
        (Later.IsTask(type) ? IsAnswerable(type.GetGenericArguments()[0], parameters) : type.IsInterface || type.GetConstructor([]) is not null);

    /// <summary>Implements an interface.</summary>
    public class Stub : DispatchProxy
    {
        /// <inheritdoc/>
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod is null ? null : Answer(targetMethod.ReturnType, args ?? []);
    }
}
