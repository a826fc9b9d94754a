using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Requests;

/// <summary>Tells the functions whose arguments come out of a request, whatever its verb.</summary>
internal static class Endpoints
{
    /// <summary>An action of a controller.</summary>
    public static bool IsEndpoint(IMethodSymbol method, KnownTypes types)
    {
        if (method is not { DeclaredAccessibility: Accessibility.Public, IsStatic: false, MethodKind: MethodKind.Ordinary })
            return false;
        if (method.ContainingType.IsOrInherits(types["Microsoft.AspNetCore.Mvc.ControllerBase"]))
            return true;
        foreach (var attribute in method.GetAttributes())
        {
            if (attribute.AttributeClass.IsOrInherits(types["Microsoft.AspNetCore.Mvc.Routing.HttpMethodAttribute"]))
                return true;
        }
        return false;
    }

    /// <summary>A lambda that a route is mapped to.</summary>
    public static bool IsEndpoint(IAnonymousFunctionOperation lambda)
    {
        IOperation value = lambda;
        while (value.Parent is IDelegateCreationOperation or IConversionOperation)
            value = value.Parent;
        return value.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { ContainingType.Name: "EndpointRouteBuilderExtensions", Name: var name } } } && name.StartsWith("Map", StringComparison.Ordinal);
    }
}
