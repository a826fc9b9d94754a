// Results are taken from what has completed.
#pragma warning disable ASSAY1001
using System.Reflection;

namespace Assay.Weaving.Programs;

/// <summary>A call that a program can make: a member with its arguments chosen.</summary>
internal sealed class CallPlan
{
    private readonly MethodInvoker _invoker;
    private readonly object?[] _arguments;
    private readonly string _text;

    public CallPlan(MethodInfo method, object?[] arguments, string text)
    {
        (Method, _arguments, _text) = (method, arguments, text);
        _invoker = MethodInvoker.Create(method);
        Waits = ResultReader.For(method.ReturnType);
    }

    public MethodInfo Method { get; }

    /// <summary>How to wait for a result that comes later; null when it comes at once.</summary>
    public ResultReader? Waits { get; }

    public bool HasAnswer => Method.ReturnType != typeof(void) && Method.ReturnType != typeof(Task) && Method.ReturnType != typeof(ValueTask);

    /// <summary>Calls; the values of out parameters follow the result.</summary>
    public object? Invoke(object? target, out object?[] arguments)
    {
        arguments = (object?[])_arguments.Clone();
        try
        {
            return _invoker.Invoke(target, arguments.AsSpan());
        }
        catch (TargetInvocationException wrapped) when (wrapped.InnerException is { } inner)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }

    public override string ToString() => _text;
}

/// <summary>Waits for tasks and value tasks of any result without leaving the lane.</summary>
internal abstract class ResultReader
{
    public abstract bool IsCompleted(object awaited);

    public abstract object? Get(object awaited);

    public static ResultReader? For(Type type)
    {
        if (type == typeof(ValueTask))
            return new OfValueTask();
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
            return (ResultReader)Activator.CreateInstance(typeof(OfValueTask<>).MakeGenericType(type.GetGenericArguments()))!;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>))
            return (ResultReader)Activator.CreateInstance(typeof(OfTask<>).MakeGenericType(type.GetGenericArguments()))!;
        return typeof(Task).IsAssignableFrom(type) ? new OfTask() : null;
    }

    private sealed class OfTask : ResultReader
    {
        public override bool IsCompleted(object awaited) => ((Task)awaited).IsCompleted;

        // Completed already: nothing is waited for.
        public override object? Get(object awaited)
        {
            ((Task)awaited).GetAwaiter().GetResult();
            return null;
        }
    }

    private sealed class OfTask<T> : ResultReader
    {
        public override bool IsCompleted(object awaited) => ((Task<T>)awaited).IsCompleted;

        public override object? Get(object awaited) => ((Task<T>)awaited).GetAwaiter().GetResult();
    }

    private sealed class OfValueTask : ResultReader
    {
        public override bool IsCompleted(object awaited) => ((ValueTask)awaited).IsCompleted;

        public override object? Get(object awaited)
        {
            ((ValueTask)awaited).GetAwaiter().GetResult();
            return null;
        }
    }

    private sealed class OfValueTask<T> : ResultReader
    {
        public override bool IsCompleted(object awaited) => ((ValueTask<T>)awaited).IsCompleted;

        public override object? Get(object awaited) => ((ValueTask<T>)awaited).GetAwaiter().GetResult();
    }
}
