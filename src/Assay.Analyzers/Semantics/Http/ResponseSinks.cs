using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Http;

/// <summary>Finds the expressions that a server answers its clients with: results of actions and handlers, texts that are written, problem details, gRPC statuses.</summary>
internal sealed class ResponseSinks
{
    private static readonly string[] s_markers = ["Microsoft.AspNetCore.Http.HttpContext", "Grpc.Core.Status", "System.Web.HttpResponse", "System.Web.HttpResponseBase", "System.Web.Http.ApiController"];

    private readonly KnownTypes _types;

    private ResponseSinks(KnownTypes types) => _types = types;

    /// <summary>The words without which a body answers nobody.</summary>
    public static Words Words { get; } = Words.Of(
        "Problem", "StatusCode", "BadRequest", "Ok", "Content", "NotFound", "Conflict", "UnprocessableEntity", "Unauthorized", "Json", "Results", "TypedResults", "InternalServerError",
        "WriteAsync", "WriteAsJsonAsync", "Write", "*Result", "*Details", "Status", "RpcException", "HubException", "CreateErrorResponse", "CreateResponse");

    /// <summary>The kinds of operations that <see cref="Read"/> looks at.</summary>
    public static OperationKind[] Kinds { get; } = [OperationKind.Invocation, OperationKind.ObjectCreation, OperationKind.SimpleAssignment];

    /// <summary>The sinks of the compilation; null when it is no server.</summary>
    public static ResponseSinks? Of(KnownTypes types)
    {
        foreach (var marker in s_markers)
        {
            if (types[marker] is not null)
                return new ResponseSinks(types);
        }
        return null;
    }

    /// <summary>What the operation sends to the client; nothing for other operations.</summary>
    public IEnumerable<IOperation> Read(IOperation operation) => operation switch
    {
        IInvocationOperation call when Answers(call.TargetMethod) => Content(call.Arguments),
        // An inner exception is not sent.
        IObjectCreationOperation { Type: INamedTypeSymbol { Name: "HubException" or "Status" or "RpcException" } made } creation when IsAnswer(made) =>
            Content(creation.Arguments).Where(c => !c.Bare().Type.IsOrInherits(_types.Exception)),
        IObjectCreationOperation { Type: INamedTypeSymbol made } creation when IsAnswer(made) => Content(creation.Arguments),
        ISimpleAssignmentOperation { Target: IPropertyReferenceOperation target } assignment when IsPartOfAnswer(target) => [assignment.Value],
        _ => [],
    };

    private bool Answers(IMethodSymbol method)
    {
        if (method.ContainingType is not { } owner)
            return false;
        return owner.Name switch
        {
            "ControllerBase" or "Controller" or "PageModel" or "ApiController" or "HttpRequestMessageExtensions" => IsOfServer(owner) && (method.Name != "InternalServerError" || method.Parameters.Length == 0),
            "Results" or "TypedResults" => owner.Is(_types["Microsoft.AspNetCore.Http.Results"]) || owner.Is(_types["Microsoft.AspNetCore.Http.TypedResults"]),
            "HttpResponseWritingExtensions" => method.Name == "WriteAsync",
            "HttpResponseJsonExtensions" => method.Name == "WriteAsJsonAsync",
            "HttpResponse" or "HttpResponseBase" => method.Name == "Write" && owner.ContainingNamespace?.Name == "Web",
            _ => false,
        };
    }

    // `InternalServerError(exception)` of old web APIs shows it to whom the configuration allows.
    private static bool IsOfServer(INamedTypeSymbol type) =>
        type.ContainingNamespace?.ToDisplayString() is { } space
        && (space.StartsWith("Microsoft.AspNetCore.Mvc", StringComparison.Ordinal) || space is "System.Web.Mvc" or "System.Web.Http" || type.Name == "HttpRequestMessageExtensions" && space == "System.Net.Http");

    private bool IsAnswer(INamedTypeSymbol type) =>
        type.IsOrInherits(_types["Microsoft.AspNetCore.Mvc.ActionResult"]) || type.Name is "Status" or "RpcException" && type.ContainingNamespace is { Name: "Core", ContainingNamespace.Name: "Grpc" }
        || type is { Name: "HubException", ContainingNamespace.Name: "SignalR" };

    // `new ProblemDetails { Detail = … }`, `new ContentResult { Content = … }`, `problem.Extensions["trace"] = …`
    private bool IsPartOfAnswer(IPropertyReferenceOperation target)
    {
        if (target.Property.IsIndexer && target.Instance?.Bare() is IPropertyReferenceOperation { Property.Name: "Extensions" } extensions)
            return IsPartOfAnswer(extensions);
        return target.Property.Name switch
        {
            "Detail" or "Title" or "Extensions" => target.Instance?.Type.IsOrInherits(_types["Microsoft.AspNetCore.Mvc.ProblemDetails"]) == true,
            "Content" => target.Instance?.Type.IsOrInherits(_types["Microsoft.AspNetCore.Mvc.ContentResult"]) == true,
            _ => false,
        };
    }

    // The response, a URL or a type of content is no content; problem details report what is put into them.
    private IEnumerable<IOperation> Content(IEnumerable<IArgumentOperation> arguments)
    {
        foreach (var argument in arguments)
        {
            var value = argument.Value.Bare();
            if (argument.Parameter?.Name is "response" or "contentType" or "uri" or "location" or "instance" or "type" or "fileDownloadName" or "cancellationToken"
                || value.ConstantValue.HasValue || value.Type.IsOrInherits(_types["Microsoft.AspNetCore.Mvc.ProblemDetails"]) || value.Type?.Name == "Status")
                continue;
            yield return argument.Value;
        }
    }
}
