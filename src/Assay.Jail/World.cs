using System.Collections.Concurrent;
using System.Reflection;
using Assay.Exercises;
using Assay.Jail.Protocol;
using Assay.Verify;

namespace Assay.Jail;

/// <summary>Instances of the candidate's class and the clock they were given. A new world begins with each check.</summary>
internal sealed class World(Submission submission, Crossing crossing)
{
    // Calls from within callbacks look instances up while others are created.
    private readonly ConcurrentDictionary<int, object> _instances = new();

    private GivenList? _given;

    // Of the last program in step.
    private StepGate? _steps;

    /// <summary>The clock of this world; it stands still unless the host moves it.</summary>
    public SteppingClock Clock { get; } = new();

    /// <summary>In how many steps of the last program in step the calls began together.</summary>
    public int StepsMet => _steps?.Met ?? 0;

    /// <summary>Constructs the candidate's class.</summary>
    /// <returns>The instance's number.</returns>
    public int Create(BinaryReader body)
    {
        var parameters = submission.Constructor.GetParameters();
        var arguments = Array.ConvertAll(parameters, parameter =>
            parameter.ParameterType == typeof(TimeProvider) ? Clock : crossing.ReadArgument(body, parameter.ParameterType));
        var number = _instances.Count;
        _instances[number] = submission.Constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, null);
        return number;
    }

    /// <summary>
    /// Disposes what can be: threads of the candidate's would otherwise pile up over the checks. On the pool, where nobody waits for it.
    /// </summary>
    public void Leave()
    {
        foreach (var instance in _instances.Values.OfType<IDisposable>())
            ThreadPool.UnsafeQueueUserWorkItem(static left => Dispose(left), instance, preferLocal: false);
    }

    /// <summary>Calls a method; the answer is sent when its task, if it gives one, has ended.</summary>
    public void Invoke(BinaryReader body, Replies replies)
    {
        var call = ReadCall(body);
        var type = ContractMethods.ResultOf(call.Method.ReturnType);
        var returned = call.Make();
        if (Wire.ElementType(type) is not null)
            _given = new GivenList(type, returned);
        if (!ContractMethods.IsAwaited(call.Method.ReturnType))
        {
            replies.Value(type, returned);
            return;
        }

        Awaited.Task(call.Method.ReturnType, returned).ContinueWith(
            ended => Settle(ended, type, replies), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Reads the last list that a call gave once more.</summary>
    public void ReadAgain(Replies replies)
    {
        var given = _given ?? throw new RefusedException("no call gave a list");
        replies.Value(given.Type, given.List);
    }

    /// <summary>Runs one list of calls on each of several threads that start together.</summary>
    /// <param name="body">The program.</param>
    /// <param name="isInStep">Whether calls at one place of the lists begin together.</param>
    /// <returns>What each call answered and when it began and ended, by one shared counter.</returns>
    public byte[] RunTogether(BinaryReader body, bool isInStep)
    {
        var lanes = new PreparedCall[body.ReadInt32()][];
        _steps = isInStep ? new StepGate(lanes.Length) : null;
        for (var i = 0; i < lanes.Length; i++)
        {
            lanes[i] = new PreparedCall[body.ReadInt32()];
            for (var j = 0; j < lanes[i].Length; j++)
                lanes[i][j] = ReadCall(body) with { Steps = _steps };
        }

        return new Together(lanes).Run();
    }

    private static void Dispose(IDisposable left)
    {
        try
        {
            left.Dispose();
        }
        catch (Exception thrown)
        {
            // The check it belonged to is over.
            Console.Error.WriteLine($"Dispose threw {thrown.GetType().Name}");
        }
    }

    private PreparedCall ReadCall(BinaryReader body)
    {
        var (instance, index) = (body.ReadInt32(), body.ReadInt32());
        if (!_instances.TryGetValue(instance, out var called) || index < 0 || index >= submission.Methods.Length)
            throw new RefusedException($"no instance {instance} or method {index}");
        var method = submission.Methods[index];
        var arguments = Array.ConvertAll(method.GetParameters(), parameter => crossing.ReadArgument(body, parameter.ParameterType));
        return new PreparedCall(called, method, submission.Invoker(index), arguments);
    }

    private static void Settle(Task<object?> ended, Type type, Replies replies)
    {
        if (ended.Exception is { } failed)
            replies.Throw(failed.InnerException ?? failed);
        else if (ended.IsCanceled)
            replies.Throw(new TaskCanceledException(ended));
        else
            replies.Value(type, ended.GetAwaiter().GetResult());
    }
}

/// <summary>A list of the candidate's and the type by which it crosses.</summary>
internal sealed record GivenList(Type Type, object? List);

/// <summary>A call with everything it needs.</summary>
internal sealed record PreparedCall(object Instance, MethodInfo Method, MethodInvoker Invoker, object?[] Arguments)
{
    /// <summary>Where it waits for the calls at its place in the other lists; null when it does not.</summary>
    public StepGate? Steps { get; init; }

    /// <summary>Makes the call.</summary>
    public object? Make()
    {
        Steps?.Pass();
        return Invoker.Invoke(Instance, Arguments.AsSpan());
    }
}
