using System.Reflection;

namespace Assay.Exercises;

/// <summary>Stands for a candidate's object in this process, so that what it throws arrives as it does across a pipe.</summary>
internal class LocalProxy : DispatchProxy
{
    private static readonly MethodInfo TypedCrossing =
        typeof(LocalProxy).GetMethod(nameof(CrossTypedAsync), BindingFlags.Static | BindingFlags.NonPublic)!;

    public object Target { get; private set; } = null!;

    public static T Around<T>(T target)
        where T : class
    {
        var proxy = Create<T, LocalProxy>();
        ((LocalProxy)(object)proxy).Target = target;
        return proxy;
    }

    public static SubjectThrewException Crossing(Exception thrown)
    {
        var names = new List<string>();
        for (var type = thrown.GetType(); type is not null; type = type.BaseType)
            names.Add(type.FullName!);
        return new SubjectThrewException(names[0], names, thrown.Message);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        object? result;
        try
        {
            result = targetMethod!.Invoke(Target, BindingFlags.DoNotWrapExceptions, null, args, null);
        }
        catch (Exception thrown)
        {
            throw Crossing(thrown);
        }

        if (result is not Task task)
            return result;
        return targetMethod.ReturnType.IsGenericType
            ? TypedCrossing.MakeGenericMethod(targetMethod.ReturnType.GenericTypeArguments).Invoke(null, [task])
            : CrossAsync(task);
    }

    private static async Task CrossAsync(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            throw Crossing(thrown);
        }
    }

    private static async Task<T> CrossTypedAsync<T>(Task<T> task)
    {
        await CrossAsync(task).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }
}
