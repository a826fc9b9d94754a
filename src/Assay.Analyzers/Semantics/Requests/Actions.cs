using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.Requests;

/// <summary>Tells the types and methods that a web framework calls for a request: controllers, page models, hubs and gRPC services.</summary>
internal static class Actions
{
    private const string Hub = "Microsoft.AspNetCore.SignalR.Hub";
    private const string PageModel = "Microsoft.AspNetCore.Mvc.RazorPages.PageModel";

    private static readonly string[] s_controllers = ["Microsoft.AspNetCore.Mvc.ControllerBase", "System.Web.Mvc.Controller", "System.Web.Http.ApiController"];

    /// <summary>Whether the type is a controller, a page model or a hub, whose public methods answer requests.</summary>
    public static bool HoldsActions(this KnownTypes types, INamedTypeSymbol type) =>
        types.IsController(type) || type.IsOrInherits(types[PageModel]) || type.IsOrInherits(types[Hub]);

    /// <summary>Whether a client can call the method: an action, a page's <c>OnPost</c>, a hub's method, a gRPC service's override.</summary>
    public static bool IsAction(this KnownTypes types, IMethodSymbol method)
    {
        if (method is not { MethodKind: MethodKind.Ordinary, IsStatic: false, DeclaredAccessibility: Accessibility.Public, ContainingType: { } type })
            return false;
        if (types.IsController(type))
            return !Has(method, "NonActionAttribute");
        // `OnConnectedAsync` is the framework's own.
        if (type.IsOrInherits(types[Hub]))
            return !method.IsOverride;
        return type.IsOrInherits(types[PageModel]) && method.Name.StartsWith("On", StringComparison.Ordinal)
            || method.IsOverride && method.Parameters.Any(p => p.Type.Name == "ServerCallContext");
    }

    private static bool IsController(this KnownTypes types, INamedTypeSymbol type)
    {
        foreach (var name in s_controllers)
        {
            if (type.IsOrInherits(types[name]))
                return true;
        }
        for (var one = type; one is not null; one = one.BaseType)
        {
            if (Has(one, "ApiControllerAttribute"))
                return true;
        }
        return false;
    }

    private static bool Has(ISymbol symbol, string attribute)
    {
        foreach (var one in symbol.GetAttributes())
        {
            if (one.AttributeClass?.Name == attribute)
                return true;
        }
        return false;
    }
}
