using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Finds the locks of a type that other types can take.</summary>
internal static class VisibleLocks
{
    /// <summary>Whether the type, or one nested in it, shows a lock to other types of the compilation.</summary>
    public static bool AreIn(INamedTypeSymbol type)
    {
        foreach (var member in type.GetMembers())
        {
            if (member is INamedTypeSymbol nested ? AreIn(nested) : member.DeclaredAccessibility != Accessibility.Private && IsLock(member))
                return true;
        }
        return false;
    }

    /// <summary>The functions of the type that other types of the compilation, and nobody else, can call.</summary>
    public static IEnumerable<ISymbol> FunctionsOf(INamedTypeSymbol type)
    {
        foreach (var member in type.GetMembers())
        {
            if (member is INamedTypeSymbol { DeclaredAccessibility: not Accessibility.Private } nested)
            {
                foreach (var function in FunctionsOf(nested))
                    yield return function;
            }
            else if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary, DeclaredAccessibility: not Accessibility.Private }
                or IPropertySymbol { IsIndexer: false, DeclaredAccessibility: not Accessibility.Private } && !member.IsImplicitlyDeclared)
            {
                if (ClosedWorld.IsHidden(member))
                    yield return member;
            }
        }
    }

    private static bool IsLock(ISymbol member) => member switch
    {
        IFieldSymbol { IsReadOnly: true, Type: var type } => type.SpecialType == SpecialType.System_Object || LockPrimitives.IsSynchronizer(type),
        IPropertySymbol { SetMethod: null, IsIndexer: false, Type: var type } => type.SpecialType == SpecialType.System_Object || LockPrimitives.IsSynchronizer(type),
        _ => false,
    };
}
