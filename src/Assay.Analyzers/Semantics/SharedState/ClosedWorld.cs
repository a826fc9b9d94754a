using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Which functions only the code of the compilation can call.</summary>
internal static class ClosedWorld
{
    /// <summary>
    /// What a call of the function may name: the function itself, and the members that it overrides or implements. Null when code
    /// that cannot be seen may call one of them.
    /// </summary>
    public static HashSet<ISymbol>? NamesOf(ISymbol function)
    {
        if (function is IMethodSymbol { MethodKind: MethodKind.LocalFunction })
            return new(SymbolEqualityComparer.Default) { function.OriginalDefinition };
        if (function is not (IMethodSymbol { MethodKind: MethodKind.Ordinary } or IPropertySymbol { IsIndexer: false }) || !IsHidden(function))
            return null;
        var names = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        for (var current = function; current is not null; current = Overridden(current))
        {
            if (!IsHidden(current) || !AddImplemented(current, names))
                return null;
            names.Add(current.OriginalDefinition);
        }
        return names;
    }

    /// <summary>Whether the call can run the called function alone, and no override of it.</summary>
    public static bool IsOnlyTarget(IInvocationOperation call, KnownTypes types)
    {
        var method = call.TargetMethod.OriginalDefinition;
        if (method.IsAbstract || method.ContainingType.TypeKind == TypeKind.Interface)
            return false;
        if (!call.IsVirtual || method.IsSealed || method.ContainingType.IsSealed || !(method.IsVirtual || method.IsOverride))
            return true;
        if (!IsHidden(method))
            return false;
        foreach (var member in types.Compilation.GetSymbolsWithName(method.Name, SymbolFilter.Member))
        {
            for (var overridden = (member as IMethodSymbol)?.OverriddenMethod; overridden is not null; overridden = overridden.OverriddenMethod)
            {
                if (overridden.OriginalDefinition.Is(method))
                    return false;
            }
        }
        return true;
    }

    /// <summary>Whether the assembly shows its internals to others.</summary>
    public static bool HasFriends(IAssemblySymbol assembly)
    {
        foreach (var attribute in assembly.GetAttributes())
        {
            if (attribute.AttributeClass?.Name == "InternalsVisibleToAttribute")
                return true;
        }
        return false;
    }

    /// <summary>Whether other assemblies cannot name the member.</summary>
    public static bool IsHidden(ISymbol member)
    {
        for (var symbol = member; symbol is not null and not INamespaceSymbol; symbol = symbol.ContainingSymbol)
        {
            if (symbol.DeclaredAccessibility is Accessibility.Private or Accessibility.Internal or Accessibility.ProtectedAndInternal)
                return symbol.DeclaringSyntaxReferences.Length > 0;
        }
        return false;
    }

    // A call through an interface that others can name may come from them.
    private static bool AddImplemented(ISymbol member, HashSet<ISymbol> names)
    {
        if (member is IMethodSymbol { ExplicitInterfaceImplementations.Length: > 0 } or IPropertySymbol { ExplicitInterfaceImplementations.Length: > 0 })
            return false;
        if (member.IsStatic || member.ContainingType is not { } type || member.DeclaredAccessibility != Accessibility.Public)
            return true;
        foreach (var implemented in type.AllInterfaces)
        {
            foreach (var promised in implemented.GetMembers(member.Name))
            {
                if (!member.Is(type.FindImplementationForInterfaceMember(promised)))
                    continue;
                if (!IsHidden(promised))
                    return false;
                names.Add(promised.OriginalDefinition);
            }
        }
        return true;
    }

    private static ISymbol? Overridden(ISymbol member) =>
        (ISymbol?)(member as IMethodSymbol)?.OverriddenMethod ?? (member as IPropertySymbol)?.OverriddenProperty;
}
