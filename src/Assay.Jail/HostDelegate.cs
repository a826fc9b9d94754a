using System.Reflection;
using Assay.Jail.Protocol;

namespace Assay.Jail;

/// <summary>Delegates of a contract's type whose body is on the host. Built from generic methods, because expression trees cost more to load than a whole check.</summary>
internal sealed class HostDelegate(Crossing crossing, long number, Type[] parameters, Type returned)
{
    private static readonly Type Nothing = typeof(ValueTuple);

    /// <summary>A delegate that calls the host.</summary>
    /// <exception cref="RefusedException">More than three parameters.</exception>
    public static Delegate Create(Type type, Crossing crossing, long number)
    {
        var invoke = type.GetMethod(nameof(Action.Invoke))!;
        var parameters = Array.ConvertAll(invoke.GetParameters(), parameter => parameter.ParameterType);
        var kind = invoke.ReturnType == typeof(void) ? "Run" : "Get";
        var method = typeof(HostDelegate).GetMethod($"{kind}{parameters.Length}", BindingFlags.NonPublic | BindingFlags.Instance)
            ?? throw new RefusedException($"{type.Name} has more parameters than cross");
        Type[] arguments = invoke.ReturnType == typeof(void) ? parameters : [.. parameters, invoke.ReturnType];
        if (arguments.Length > 0)
            method = method.MakeGenericMethod(arguments);
        return Delegate.CreateDelegate(type, new HostDelegate(crossing, number, parameters, invoke.ReturnType), method);
    }

    private void Run0() => Call();

    private void Run1<A>(A a) => Call(a);

    private void Run2<A, B>(A a, B b) => Call(a, b);

    private void Run3<A, B, C>(A a, B b, C c) => Call(a, b, c);

    private R Get0<R>() => (R)Call()!;

    private R Get1<A, R>(A a) => (R)Call(a)!;

    private R Get2<A, B, R>(A a, B b) => (R)Call(a, b)!;

    private R Get3<A, B, C, R>(A a, B b, C c) => (R)Call(a, b, c)!;

    private object? Call(params object?[] arguments)
    {
        var type = ContractMethods.ResultOf(returned);
        var pending = crossing.CallBack(number, parameters, arguments, type);
        if (!ContractMethods.IsAwaited(returned))
        {
            // A delegate that gives a value and no task has to wait for the host; the answer comes in on the thread that reads frames.
#pragma warning disable ASSAY1001
            return pending.GetAwaiter().GetResult();
#pragma warning restore ASSAY1001
        }

        var typed = typeof(HostDelegate).GetMethod(nameof(Typed), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type == typeof(void) ? Nothing : type)
            .Invoke(null, [pending])!;
        if (returned == typeof(ValueTask))
            return new ValueTask((Task)typed);
        return returned.IsGenericType && returned.GetGenericTypeDefinition() == typeof(ValueTask<>) ? Activator.CreateInstance(returned, typed) : typed;
    }

    private static async Task<T> Typed<T>(Task<object?> pending) => await pending.ConfigureAwait(false) is T value ? value : default!;
}
