using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Collections;

/// <summary>Objects that one call of a function creates and keeps to itself.</summary>
internal static class OwnObjects
{
    /// <summary>
    /// Where the object in the local is created, when the function around <paramref name="local"/> creates every object it
    /// holds and none leaves it: not stored, passed, returned or captured. Null otherwise.
    /// </summary>
    public static Location? CreationOf(ILocalReferenceOperation local)
    {
        Location? creation = null;
        foreach (var operation in local.Root().Descendants())
        {
            switch (operation)
            {
                case IVariableDeclaratorOperation declarator when declarator.Symbol.Is(local.Local):
                    if (declarator.GetVariableInitializer()?.Value is not { } initial || !IsCreation(initial))
                        return null;
                    creation = initial.Syntax.GetLocation();
                    break;
                case ILocalReferenceOperation use when use.Local.Is(local.Local) && !KeepsToFunction(use):
                    return null;
            }
        }
        return creation;
    }

    public static bool IsCreation(IOperation value)
    {
        while (value is IConversionOperation { OperatorMethod: null } conversion)
        {
            // A box is a new object.
            if (conversion.Operand.Type is { IsValueType: true } && conversion.Type is { IsReferenceType: true })
                return true;
            value = conversion.Operand;
        }
        return value is IObjectCreationOperation or IArrayCreationOperation or IAnonymousObjectCreationOperation;
    }

    private static bool KeepsToFunction(ILocalReferenceOperation use)
    {
        // Captured by a lambda or a local function, which another thread may run.
        if (!use.Local.ContainingSymbol.Is(use.EnclosingFunction(use.Local.ContainingSymbol)))
            return false;
        IOperation child = use;
        while (child.Parent is IConversionOperation or IParenthesizedOperation)
            child = child.Parent;
        return child.Parent switch
        {
            ILockOperation @lock => @lock.LockedValue == child,
            IArgumentOperation { Parent: IInvocationOperation { TargetMethod.ContainingType: { Name: "Monitor" } } } => true,
            IAssignmentOperation assignment => assignment.Target == child && IsCreation(assignment.Value),
            // Other objects may hand themselves to another thread in any call: a started worker does.
            IInvocationOperation call => call.Instance == child && IsPassive(use.Local.Type),
            IPropertyReferenceOperation or IArrayElementReferenceOperation => IsPassive(use.Local.Type),
            IForEachLoopOperation => true,
            _ => false,
        };
    }

    private static bool IsPassive(ITypeSymbol type)
    {
        if (type.SpecialType == SpecialType.System_Object || type is IArrayTypeSymbol)
            return true;
        return type.ContainingNamespace is { Name: "Generic" or "Collections", ContainingNamespace: { } outer } && outer.Name is "Collections" or "System";
    }
}
