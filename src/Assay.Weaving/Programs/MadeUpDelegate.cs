using System.Linq.Expressions;

namespace Assay.Weaving.Programs;

/// <summary>Delegates for parameters: they return their argument, or a fixed value, and do nothing else.</summary>
internal static class MadeUpDelegate
{
    /// <summary>Null when the type is no delegate or its result cannot be made up.</summary>
    public static Delegate? For(Type type)
    {
        if (!typeof(Delegate).IsAssignableFrom(type) || type.GetMethod("Invoke") is not { } invoke || invoke.GetParameters().Any(parameter => parameter.ParameterType.IsByRef))
            return null;
        var parameters = invoke.GetParameters().Select(parameter => Expression.Parameter(parameter.ParameterType)).ToArray();
        return Result(invoke.ReturnType, parameters) is { } body ? Expression.Lambda(type, body, parameters).Compile() : null;
    }

    private static Expression? Result(Type type, ParameterExpression[] parameters)
    {
        if (type == typeof(void))
            return Expression.Empty();
        if (Array.Find(parameters, parameter => parameter.Type == type) is { } same)
            return same;
        if (type == typeof(int))
            return Expression.Constant(7);
        if (type == typeof(string))
            return Expression.Constant("made");
        if (type == typeof(object) || (type.IsClass && type.GetConstructor([]) is not null))
            return Expression.New(type);
        if (type == typeof(Task))
            return Expression.Constant(Task.CompletedTask);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>) && Result(type.GetGenericArguments()[0], parameters) is { } inner)
            return Expression.Call(typeof(Task), nameof(Task.FromResult), type.GetGenericArguments(), inner);
        return type.IsValueType ? Expression.Default(type) : null;
    }
}
