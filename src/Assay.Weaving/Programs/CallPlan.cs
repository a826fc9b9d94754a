// Results are taken from what has completed.
#pragma warning disable ASSAY1001
using System.Reflection;

namespace Assay.Weaving.Programs;

/// <summary>A call that a program can make: a member, with what it is called on and its arguments chosen.</summary>
internal sealed class CallPlan
{
    private readonly MethodInvoker? _invoker;
    private readonly ConstructorInvoker? _maker;
    private readonly Argument? _target;
    private readonly string _text;

    public CallPlan(MethodInfo method, Argument? target, Argument[] arguments, string text)
    {
        (Method, Returns, _target, Arguments, _text) = (method, method.ReturnType, target, arguments, text);
        _invoker = MethodInvoker.Create(method);
        Waits = IsLoop ? null : ResultReader.For(method.ReturnType);
        IsMaking = target is null && method.ReturnType == method.DeclaringType && method.GetParameters().Any(parameter => parameter.ParameterType == method.DeclaringType);
    }

    /// <summary>Makes another object.</summary>
    public CallPlan(ConstructorInfo constructor, Argument[] arguments, string text)
    {
        (Method, Returns, Arguments, _text, IsMaking) = (constructor, constructor.DeclaringType!, arguments, text, true);
        _maker = ConstructorInvoker.Create(constructor);
    }

    /// <summary>Ends what the call before it in its lane was handed: two steps to others, as they are two calls of their caller's.</summary>
    public static CallPlan Ending { get; } = new(typeof(IDisposable).GetMethod(nameof(IDisposable.Dispose))!, null, [], "dispose of it");

    public bool EndsPrevious => this == Ending;

    /// <summary>Whether it hands out a scope or a subscription that its caller ends; known once it was called.</summary>
    public bool HandsScope { get; set; }

    /// <summary>Whether it only tells a number.</summary>
    public bool IsGauge => IsProperty && Arguments.Length == 0 && (Returns.IsPrimitive || Returns.IsEnum);

    /// <summary>The method, or the constructor.</summary>
    public MethodBase Method { get; }

    /// <summary>The type of its result.</summary>
    public Type Returns { get; }

    /// <summary>Whether it makes a new object out of one of the same type: what it answers is what that keeps then.</summary>
    public bool IsMaking { get; }

    /// <summary>What it is made on; null for a static member.</summary>
    public Argument? On => _target;

    public Argument[] Arguments { get; }

    /// <summary>How to wait for a result that comes later; null when it comes at once.</summary>
    public ResultReader? Waits { get; }

    public bool HasAnswer => !IsLoop && Returns != typeof(void) && Returns != typeof(Task) && Returns != typeof(ValueTask);

    /// <summary>Whether it takes several items one after the other: no single step to others, but a program of its own.</summary>
    public bool IsMany => Array.Exists(Arguments, argument => argument.IsMany);

    /// <summary>Whether it is told from the start that nobody wants its answer any more: what it does then depends on whether it has to wait.</summary>
    public bool IsCancelled => Array.Exists(Arguments, argument => argument == EdgeArguments.Cancelled);

    /// <summary>Lets time pass: what it wakes goes on when the call has returned, for as long as it takes.</summary>
    public bool IsTime => Method.DeclaringType == typeof(PassingTime);

    /// <summary>Whether the call shows something of the state to whoever only looks.</summary>
    public bool IsProperty => Method.IsSpecialName && Method.Name.StartsWith("get_", StringComparison.Ordinal);

    /// <summary>The work of a hosted service: it goes on until the host stops, and nobody waits for it.</summary>
    public bool IsLoop => Method is { IsPublic: false, Name: "ExecuteAsync" };

    /// <summary>What the call is made with, first what it is made on: made before any lane begins.</summary>
    public object?[] Prepare(RunObjects objects) => [_target is null ? null : objects.Get(_target), .. Arguments.Select(objects.Get)];

    /// <summary>Calls; what is behind references is put back.</summary>
    public object? Invoke(object?[] prepared)
    {
        try
        {
            return _maker is { } maker ? maker.Invoke(prepared.AsSpan(1)) : _invoker!.Invoke(prepared[0], prepared.AsSpan(1));
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
