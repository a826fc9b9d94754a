using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>When the receiver of a delegate runs it.</summary>
internal enum DelegateUse
{
    /// <summary>Kept for later, or by code that is not known.</summary>
    Unknown,

    /// <summary>Before the call returns, on the same thread, under no lock but the caller's.</summary>
    Now,

    /// <summary>On another thread, which holds none of the caller's locks.</summary>
    Concurrent,
}

/// <summary>
/// The one table of framework code that runs the delegates it is given: at once, or on another thread. What is not in it runs at
/// an unknown time: event subscriptions, CancellationToken.Register, Lazy, IObservable.Subscribe, what a channel drops. Functions of
/// the compilation are asked themselves.
/// </summary>
internal static class DelegateUses
{
    // Null stands for every method of the type that takes a delegate.
    private static readonly (string Space, string Type, string[]? Methods, DelegateUse Use)[] s_table =
    [
        ("System.Threading.Tasks", "Task", ["Run"], DelegateUse.Concurrent),
        ("System.Threading.Tasks", "TaskFactory", ["StartNew"], DelegateUse.Concurrent),
        ("System.Threading.Tasks", "Parallel", null, DelegateUse.Concurrent),
        ("System.Threading.Tasks", "Task", [".ctor"], DelegateUse.Concurrent),
        ("System.Threading", "ThreadPool", null, DelegateUse.Concurrent),
        ("System.Threading", "Thread", [".ctor"], DelegateUse.Concurrent),
        ("System.Threading", "Timer", [".ctor"], DelegateUse.Concurrent),
        ("System", "TimeProvider", ["CreateTimer"], DelegateUse.Concurrent),
        ("System.Threading", "SynchronizationContext", ["Post"], DelegateUse.Concurrent),
        ("System.Windows.Threading", "Dispatcher", ["BeginInvoke", "InvokeAsync"], DelegateUse.Concurrent),
        ("System.Windows.Forms", "Control", ["BeginInvoke"], DelegateUse.Concurrent),
        ("System.Linq", "ParallelEnumerable", null, DelegateUse.Concurrent),
        ("System.Threading", "LazyInitializer", null, DelegateUse.Now),
        ("System.Threading", "ExecutionContext", ["Run"], DelegateUse.Now),
        ("System.Collections.Generic", "List", null, DelegateUse.Now),
        ("System.Collections.Generic", "HashSet", null, DelegateUse.Now),
        ("System.Collections.Generic", "SortedSet", null, DelegateUse.Now),
        ("System.Collections.Generic", "Dictionary", null, DelegateUse.Now),
        ("System.Collections.Concurrent", "ConcurrentDictionary", null, DelegateUse.Now),
        ("System.Collections.Immutable", "ImmutableInterlocked", null, DelegateUse.Now),
        ("System.Collections.Immutable", "ImmutableArray", null, DelegateUse.Now),
        ("System.Collections.Immutable", "ImmutableList", null, DelegateUse.Now),
        ("System", "Array", null, DelegateUse.Now),
        ("System", "MemoryExtensions", null, DelegateUse.Now),
        ("System", "String", ["Create"], DelegateUse.Now),
        ("System.Text.RegularExpressions", "Regex", ["Replace"], DelegateUse.Now),
        ("Microsoft.Extensions.Caching.Memory", "CacheExtensions", ["GetOrCreate", "GetOrCreateAsync"], DelegateUse.Now),
    ];

    public static DelegateUse Of(IOperation function) => Of(function, DelegateSummaries.MostHops);

    /// <param name="function">The lambda or method group, or the use of a delegate.</param>
    /// <param name="hops">How many functions of the compilation may still hand it on.</param>
    public static DelegateUse Of(IOperation function, int hops)
    {
        var child = function;
        // One of `params Action[]` stands in an array that nobody wrote.
        while (child.Parent is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation or IArrayInitializerOperation or IArrayCreationOperation { IsImplicit: true })
            child = child.Parent;
        // A list of delegates keeps what it is given to add.
        if (child.Parent is not IArgumentOperation { Parameter.OriginalDefinition.Type: var given } argument || !IsDelegate(given))
            return DelegateUse.Unknown;
        return argument.Parent switch
        {
            IInvocationOperation call => Of(call, argument, hops),
            IObjectCreationOperation { Constructor: { } constructor } => InTable(constructor),
            _ => DelegateUse.Unknown,
        };
    }

    private static DelegateUse Of(IInvocationOperation call, IArgumentOperation argument, int hops)
    {
        var method = call.TargetMethod;
        if (IsIn(method.ContainingType, "System.Linq", "Enumerable"))
            return LinqUses.RunsNow(call) ? DelegateUse.Now : DelegateUse.Unknown;
        // With options it may run inline, in whoever completes the task: the caller itself, when it is complete.
        if (method.Name.StartsWith("ContinueW", StringComparison.Ordinal) && method.ContainingType.Name is "Task" or "TaskFactory")
            return HasOptions(call) ? DelegateUse.Unknown : DelegateUse.Concurrent;
        return method.DeclaringSyntaxReferences.IsEmpty ? InTable(method) : DelegateSummaries.Of(call, argument, hops);
    }

    private static DelegateUse InTable(IMethodSymbol method)
    {
        for (var type = method.ContainingType; type is not null; type = type.BaseType)
        {
            foreach (var row in s_table)
            {
                if (type.Name == row.Type && (row.Methods is null || Array.IndexOf(row.Methods, method.Name) >= 0) && IsIn(type, row.Space, row.Type))
                    return row.Use;
            }
        }
        return DelegateUse.Unknown;
    }

    private static bool IsDelegate(ITypeSymbol type) => type is { TypeKind: TypeKind.Delegate } or { SpecialType: SpecialType.System_Delegate } or IArrayTypeSymbol { ElementType.TypeKind: TypeKind.Delegate };

    private static bool HasOptions(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Type.Name is "TaskContinuationOptions" or "TaskScheduler")
                return true;
        }
        return false;
    }

    private static bool IsIn(INamedTypeSymbol type, string space, string name)
    {
        if (type.Name != name || type.ContainingType is not null)
            return false;
        var (current, end) = (type.ContainingNamespace, space.Length);
        while (current is { IsGlobalNamespace: false, Name: var part })
        {
            var start = space.LastIndexOf('.', end - 1) + 1;
            if (part.Length != end - start || string.CompareOrdinal(part, 0, space, start, part.Length) != 0)
                return false;
            current = current.ContainingNamespace;
            if (start == 0)
                return current is { IsGlobalNamespace: true };
            end = start - 1;
        }
        return false;
    }
}
