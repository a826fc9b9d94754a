using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Recognises delegates that somebody runs on a thread of his own, and says how in the words of messages.</summary>
internal static class ThreadStarts
{
    private static readonly string[] s_once = ["Start", "Run", "Main", "Init", "Open", "Connect", "Begin", "Execute", "Listen", "Enable"];

    /// <summary>How the lambda or method group is put on another thread; null when it is not.</summary>
    public static ThreadWay? Of(IOperation function, ISymbol owner)
    {
        var child = function;
        while (child.Parent is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation)
            child = child.Parent;
        var how = child.Parent switch
        {
            IArgumentOperation { Parent: IInvocationOperation call } => HowCalled(call.TargetMethod),
            IArgumentOperation { Parent: IObjectCreationOperation { Constructor.ContainingType: { } created } } => HowCreated(created),
            IEventAssignmentOperation { Adds: true, EventReference: IEventReferenceOperation raised } => HowRaised(raised.Event),
            _ => null,
        };
        if (how is null)
            return null;
        var place = function.Syntax.GetLocation();
        return new ThreadWay(ThreadWayKind.Started, NameOf(function), how, place, MayOverlap(child, how, owner), IsHandedOn(child) || IsHandedToEnd(owner))
        {
            Home = (function as IMethodReferenceOperation)?.Method.ContainingType ?? owner.ContainingType,
        };
    }

    // `Task ReadAsync() => Task.Run(Read);`: one call, one task, and whoever asked waits for it.
    private static bool IsHandedOn(IOperation handed)
    {
        for (var around = handed.Parent; around is not null; around = around.Parent)
        {
            switch (around)
            {
                case IReturnOperation or IAwaitOperation:
                    return true;
                case IInvocationOperation { TargetMethod.Name: "WhenAll" or "WhenAny" or "WaitAll" or "Add" } or IObjectCreationOperation:
                    return false;
                case IInvocationOperation or IArgumentOperation or IConversionOperation or IParenthesizedOperation or IDelegateCreationOperation:
                    break;
                default:
                    return false;
            }
        }
        return false;
    }

    // BeginRead starts what the caller waits for with EndRead.
    private static bool IsHandedToEnd(ISymbol owner) =>
        owner.Name.StartsWith("Begin", StringComparison.Ordinal) && owner is IMethodSymbol { ReturnType.Name: "IAsyncResult" };

    private static string? HowCalled(IMethodSymbol method)
    {
        var type = method.ContainingType;
        return type.Name switch
        {
            "Parallel" when IsThreading(type) => $"in 'Parallel.{method.Name}'",
            "Task" or "TaskFactory" when method.Name is "Run" or "StartNew" && IsThreading(type) => $"in '{(type.Name == "Task" ? "Task.Run" : "Task.Factory.StartNew")}'",
            "ThreadPool" when IsThreading(type) => "on the thread pool",
            "ParallelEnumerable" => "in a parallel query",
            "TimeProvider" when method.Name == "CreateTimer" => "on a timer",
            _ => null,
        };
    }

    private static string? HowCreated(INamedTypeSymbol type) => type.Name switch
    {
        "Thread" when IsThreading(type) => "on its own thread",
        "Timer" when IsThreading(type) => "on a timer",
        _ => null,
    };

    // Events of the framework that no synchronisation context calms down.
    private static string? HowRaised(IEventSymbol raised) => (raised.ContainingType.Name, raised.Name) switch
    {
        ("Timer", "Elapsed") => "on a timer",
        ("FileSystemWatcher", _) => "in an event of a file watcher",
        ("SerialPort", "DataReceived") => "in an event of the serial port",
        ("Process", "OutputDataReceived" or "ErrorDataReceived" or "Exited") => "in an event of a process",
        _ => null,
    };

    private static string NameOf(IOperation function) =>
        function is IMethodReferenceOperation group ? $"'{group.Method.Name}'" : "a lambda";

    // What is started once, by a constructor or a Start, is one thread; what any call starts may be many.
    private static bool MayOverlap(IOperation handed, string how, ISymbol owner)
    {
        if (how.StartsWith("in 'Parallel", StringComparison.Ordinal) || how == "in a parallel query")
            return true;
        for (var around = handed.Parent; around is not null; around = around.Parent)
        {
            if (around is ILoopOperation)
                return true;
        }
        if (IsStartedOnce(handed))
            return false;
        if (how.IndexOf("timer", StringComparison.Ordinal) >= 0 || how.IndexOf("event", StringComparison.Ordinal) >= 0)
            return false;
        if (owner is not IMethodSymbol { MethodKind: not (MethodKind.Constructor or MethodKind.StaticConstructor) })
            return false;
        foreach (var word in s_once)
        {
            if (owner.Name.IndexOf(word, StringComparison.Ordinal) >= 0)
                return false;
        }
        return how != "on its own thread";
    }

    // if (_buffer == null) { _buffer = new(); _reading = Task.Run(Read); }
    private static bool IsStartedOnce(IOperation handed)
    {
        for (var around = handed; around.Parent is { } parent; around = parent)
        {
            if (parent is not IConditionalOperation branch || branch.WhenTrue != around)
                continue;
            foreach (var asked in branch.Condition.DescendantsAndSelf())
            {
                if (asked is IMemberReferenceOperation { Member: var member } && IsNullTest(asked.Parent) && around.Descendants().Any(o => o is ISimpleAssignmentOperation { Target: IMemberReferenceOperation target, Value.ConstantValue.HasValue: false } && target.Member.Is(member)))
                    return true;
            }
        }
        return false;
    }

    private static bool IsNullTest(IOperation? test) => test switch
    {
        IConversionOperation conversion => IsNullTest(conversion.Parent),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals } equality => CheckedValue.IsNothing(equality.LeftOperand) || CheckedValue.IsNothing(equality.RightOperand),
        IIsPatternOperation { Pattern: IConstantPatternOperation } => true,
        _ => false,
    };

    private static bool IsThreading(INamedTypeSymbol type) => type.ContainingNamespace is { Name: "Threading", ContainingNamespace.Name: "System" }
        or { Name: "Tasks", ContainingNamespace: { Name: "Threading", ContainingNamespace.Name: "System" } };
}
