using Assay.Analyzers.Semantics.Ai;
using Assay.Analyzers.Semantics.Requests;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.ValueFlow;

/// <summary>Tells which parameters a client, a message or a model fills: those of actions, minimal API handlers, hubs, gRPC services, message handlers and AI functions.</summary>
internal sealed class EndpointParameters(KnownTypes types)
{
    public Untrust? Why(IParameterReferenceOperation read)
    {
        var parameter = read.Parameter;
        if (parameter.ContainingSymbol is not IMethodSymbol method || parameter.RefKind == RefKind.Out || IsInjected(parameter) || IsService(parameter.Type))
            return null;
        if (AiFunctions.IsFunction(method, read))
            return new Untrust(UntrustKind.Tool, $"which the model chooses when it calls '{AiFunctions.NameOf(method)}'");
        if (types.IsAction(method))
            return Sent(parameter, $"to '{method.Name}'");
        if (MessageHandlers.IsTrigger(parameter) || parameter.Ordinal == 0 && MessageHandlers.IsCalledByBroker(method, types))
            return new Untrust(UntrustKind.Message, "which comes in the message");
        return Route(method, read) is { } route && IsBound(parameter, route) ? Sent(parameter, $"to '{route.Pattern}'") : null;
    }

    private static Untrust Sent(IParameterSymbol parameter, string where)
    {
        foreach (var attribute in parameter.GetAttributes())
        {
            var how = attribute.AttributeClass?.Name switch
            {
                "FromBodyAttribute" => "in the body",
                "FromQueryAttribute" => "in the query",
                "FromRouteAttribute" => "in the route",
                "FromHeaderAttribute" => "in a header",
                "FromFormAttribute" => "in the form",
                _ => null,
            };
            if (how is not null)
                return new Untrust(UntrustKind.Request, $"which a client sends {how} {where}");
        }
        return new Untrust(UntrustKind.Request, $"which a client sends {where}");
    }

    /// <summary>The route that the function handles; null when it is mapped to none.</summary>
    private (string Pattern, bool HasBody)? Route(IMethodSymbol method, IOperation read)
    {
        if (types["Microsoft.AspNetCore.Builder.EndpointRouteBuilderExtensions"] is not { } mapping)
            return null;
        if (method.MethodKind == MethodKind.AnonymousFunction)
        {
            for (var parent = read.Parent; parent is not null; parent = parent.Parent)
            {
                if (parent is IAnonymousFunctionOperation lambda && lambda.Symbol.Is(method))
                    return RouteOf(lambda, mapping);
            }
            return null;
        }
        return method.MethodKind is MethodKind.LocalFunction or MethodKind.Ordinary ? RouteOfGroup(method, read, mapping) : null;
    }

    // `app.MapGet("/orders/{id}", Find)` in the same body or type.
    private static (string, bool)? RouteOfGroup(IMethodSymbol method, IOperation read, INamedTypeSymbol mapping)
    {
        foreach (var operation in read.Root().Descendants())
        {
            if (operation is IMethodReferenceOperation reference && reference.Method.OriginalDefinition.Is(method.OriginalDefinition) && RouteOf(reference, mapping) is { } route)
                return route;
        }
        if (method.MethodKind != MethodKind.Ordinary || read.SemanticModel is not { } model)
            return null;
        foreach (var part in method.ContainingType.DeclaringSyntaxReferences)
        {
            if (part.SyntaxTree != model.SyntaxTree)
                continue;
            foreach (var node in part.GetSyntax().DescendantNodes())
            {
                if (node is InvocationExpressionSyntax { ArgumentList.Arguments: { Count: > 1 } arguments } invocation
                    && arguments.Any(a => a.Expression is IdentifierNameSyntax name && name.Identifier.ValueText == method.Name)
                    && model.GetOperation(invocation) is IInvocationOperation call && Pattern(call, mapping) is { } route)
                    return route;
            }
        }
        return null;
    }

    private static (string, bool)? RouteOf(IOperation function, INamedTypeSymbol mapping)
    {
        var parent = function.Parent;
        while (parent is IDelegateCreationOperation or IConversionOperation or IArgumentOperation)
            parent = parent.Parent;
        return parent is IInvocationOperation call ? Pattern(call, mapping) : null;
    }

    private static (string, bool)? Pattern(IInvocationOperation call, INamedTypeSymbol mapping)
    {
        if (!call.TargetMethod.ContainingType.Is(mapping) || !call.TargetMethod.Name.StartsWith("Map", StringComparison.Ordinal))
            return null;
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Name == "pattern" && argument.Value.ConstantValue is { HasValue: true, Value: string pattern })
                return (pattern, call.TargetMethod.Name is not ("MapGet" or "MapDelete"));
        }
        return null;
    }

    // Minimal APIs ask the services for what has no text form and cannot come in a body.
    private static bool IsBound(IParameterSymbol parameter, (string Pattern, bool HasBody) route)
    {
        if (parameter.Type.SpecialType == SpecialType.System_String || parameter.Type is IArrayTypeSymbol || parameter.Type.Name is "StringValues" or "IFormFile" or "Uri")
            return true;
        foreach (var attribute in parameter.GetAttributes())
        {
            if (attribute.AttributeClass?.Name is { } name && (name.StartsWith("From", StringComparison.Ordinal) || name == "AsParametersAttribute"))
                return true;
        }
        return route.HasBody && IsPlainObject(parameter.Type);
    }

    private static bool IsPlainObject(ITypeSymbol type) =>
        type.IsRecord || type is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct } named && named.Locations.Any(l => l.IsInSource)
            && named.GetMembers().Any(m => m is IPropertySymbol { SetMethod.DeclaredAccessibility: Accessibility.Public });

    private static bool IsService(ITypeSymbol type) =>
        type.TypeKind is TypeKind.Interface or TypeKind.Delegate
            && type.Name is not ("IFormFile" or "IFormCollection" or "IFormFileCollection" or "IEnumerable" or "IReadOnlyList" or "IReadOnlyCollection" or "IList" or "ICollection")
        || type.Name is "HttpContext" or "HttpRequest" or "HttpResponse" or "CancellationToken" or "ClaimsPrincipal" or "ServerCallContext" or "Kernel";

    private static bool IsInjected(IParameterSymbol parameter)
    {
        foreach (var attribute in parameter.GetAttributes())
        {
            if (attribute.AttributeClass?.Name is "FromServicesAttribute" or "FromKeyedServicesAttribute")
                return true;
        }
        return false;
    }
}
