using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Requests;

/// <summary>Who calls code, and how often: a server for every request or message, a host once, or somebody else.</summary>
internal static class RequestPaths
{
    private static readonly string[] s_requestParameters =
    [
        "Microsoft.AspNetCore.Http.HttpContext",
        "Grpc.Core.ServerCallContext",
        "Microsoft.Azure.Functions.Worker.FunctionContext",
        "MassTransit.ConsumeContext`1",
    ];

    /// <summary>The methods that map a path to a handler.</summary>
    public static Words MapWords { get; } = Words.Of("MapGet", "MapPost", "MapPut", "MapPatch", "MapDelete", "MapMethods", "MapFallback");

    /// <summary>Whether a framework calls the method for every request or message.</summary>
    public static bool IsHandler(this KnownTypes types, IMethodSymbol method)
    {
        foreach (var parameter in method.Parameters)
        {
            foreach (var name in s_requestParameters)
            {
                if (parameter.Type.IsOrInherits(types[name]))
                    return true;
            }
        }
        return types.IsAction(method) || MessageHandlers.IsCalledByBroker(method, types) || MessageHandlers.IsCalledByMediator(method, types);
    }

    /// <summary>Whether the function is given to <c>MapGet</c> and its like, so that it runs for every request.</summary>
    public static bool IsMapped(this KnownTypes types, IAnonymousFunctionOperation lambda) =>
        types["Microsoft.AspNetCore.Routing.IEndpointRouteBuilder"] is not null && MapperOf(lambda) is not null;

    /// <summary>The name of the method that maps a path to the lambda, such as <c>MapPost</c>; null when none does.</summary>
    public static string? MapperOf(IAnonymousFunctionOperation lambda)
    {
        var value = lambda.Parent;
        while (value is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        return value is IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: var name, ContainingType: { } mapper } } }
            && name.StartsWith("Map", StringComparison.Ordinal)
            && mapper.ContainingNamespace is { Name: "Builder", ContainingNamespace.Name: "AspNetCore" } ? name : null;
    }

    /// <summary>Whether the file of the method maps it by name, as in <c>app.MapGet("/orders", ListOrders)</c>.</summary>
    public static bool IsMapped(this KnownTypes types, IMethodSymbol method, CancellationToken cancellationToken)
    {
        if (types["Microsoft.AspNetCore.Routing.IEndpointRouteBuilder"] is null)
            return false;
        foreach (var reference in method.DeclaringSyntaxReferences)
        {
            if (!WordIndex.Of(reference.SyntaxTree, cancellationToken).Has(MapWords))
                continue;
            foreach (var node in reference.SyntaxTree.GetRoot(cancellationToken).DescendantNodes())
            {
                if (node is ArgumentSyntax { Expression: IdentifierNameSyntax name, Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var mapper } } }
                    && name.Identifier.ValueText == method.Name && mapper.StartsWith("Map", StringComparison.Ordinal))
                {
                    return true;
                }
            }
        }
        return false;
    }

    /// <summary>Whether the operation runs for every request: in a handler, in what a handler's type has for itself, or in a mapped lambda.</summary>
    public static bool IsOnRequestPath(this KnownTypes types, IOperation operation, ISymbol containing, CancellationToken cancellationToken)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is IAnonymousFunctionOperation lambda && types.IsMapped(lambda))
                return true;
            if (parent is ILocalFunctionOperation local)
                return types.IsMapped(local.Symbol, cancellationToken);
        }
        if (containing is not IMethodSymbol { MethodKind: MethodKind.Ordinary } method)
            return false;
        return types.IsHandler(method) || types.IsMapped(method, cancellationToken) || method.DeclaredAccessibility == Accessibility.Private && types.HoldsActions(method.ContainingType);
    }

    /// <summary>Whether a host starts and stops the type.</summary>
    public static bool IsHostedService(this KnownTypes types, INamedTypeSymbol? type) =>
        type.IsOrInherits(types["Microsoft.Extensions.Hosting.IHostedService"]);

    /// <summary>Whether the operation runs once in the life of a process: in its Main, in the start of a hosted service or of a type.</summary>
    public static bool RunsOnce(this KnownTypes types, IOperation operation, ISymbol containing)
    {
        for (var parent = operation.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is ILoopOperation or IAnonymousFunctionOperation or ILocalFunctionOperation)
                return false;
        }
        return containing switch
        {
            IMethodSymbol { MethodKind: MethodKind.StaticConstructor } => true,
            IMethodSymbol { IsStatic: true, Name: "Main" or WellKnownMemberNames.TopLevelStatementsEntryPointMethodName } => true,
            IMethodSymbol { Name: "ExecuteAsync" or "StartAsync" or "StopAsync" } method => types.IsHostedService(method.ContainingType),
            _ => false,
        };
    }
}
