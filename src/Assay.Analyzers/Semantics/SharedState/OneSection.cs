using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Whether one critical section covers a check and the act after it.</summary>
internal static class OneSection
{
    /// <summary>Whether a lock is held from the check to the act, or may be: by a name the engine cannot follow, or by all callers.</summary>
    public static bool Covers(TypeModel model, IOperation check, IOperation act, ISymbol owner)
    {
        var (before, after) = (model.HeldAt(check), model.HeldAt(act));
        foreach (var term in after.Must)
        {
            // Readers let each other in.
            if (before.ModeOf(term) != LockMode.Read && after.ModeOf(term) != LockMode.Read && model.HoldsThroughout(term, check, act))
                return true;
        }
        var (first, last) = (model.Places.PlaceOf(check, owner), model.Places.PlaceOf(act, owner));
        if (first.Own.IsUncertain && last.Own.IsUncertain || IsHandedToLock(act))
            return true;
        return last is { IsConcurrent: false, Function: { } function } && !model.Places.MayEnterBare(function);
    }

    // WithLock(() => …)
    private static bool IsHandedToLock(IOperation operation)
    {
        for (var around = operation; around is not null; around = around.Parent)
        {
            if (around is IAnonymousFunctionOperation && DelegateUses.Of(around) == DelegateUse.Unknown && Receiver(around) is { } receiver && LockWords.AreIn(receiver.Name))
                return true;
        }
        return false;
    }

    private static IMethodSymbol? Receiver(IOperation function)
    {
        while (function.Parent is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation)
            function = function.Parent;
        return (function.Parent as IArgumentOperation)?.Parent is IInvocationOperation call ? call.TargetMethod : null;
    }
}
