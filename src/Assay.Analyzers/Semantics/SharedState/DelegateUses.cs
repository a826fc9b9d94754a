using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>When the receiver of a delegate runs it.</summary>
internal enum DelegateUse
{
    Unknown,
    Now,
    Concurrent,
}

/// <summary>The one table of framework code that runs the delegates it is given: at once, or on another thread.</summary>
internal static class DelegateUses
{
    public static DelegateUse Of(IOperation function)
    {
        var child = function;
        while (child.Parent is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation)
            child = child.Parent;
        if (child.Parent is not IArgumentOperation argument)
            return DelegateUse.Unknown;
        return argument.Parent switch
        {
            IInvocationOperation call => Of(call.TargetMethod),
            IObjectCreationOperation { Constructor.ContainingType: { Name: "Thread" or "Timer" } } => DelegateUse.Concurrent,
            _ => DelegateUse.Unknown,
        };
    }

    private static DelegateUse Of(IMethodSymbol method) => method.ContainingType.Name switch
    {
        "Task" or "TaskFactory" or "ThreadPool" or "Parallel" when method.Name != "ContinueWith" => DelegateUse.Concurrent,
        "List" or "Array" or "Enumerable" or "ConcurrentDictionary" or "Dictionary" or "HashSet" => DelegateUse.Now,
        _ => DelegateUse.Unknown,
    };
}
