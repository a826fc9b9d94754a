using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.Tokens;

/// <summary>The context objects of well-known frameworks that carry the token of the work in progress.</summary>
internal static class ContextTokens
{
    private static readonly (string Type, string Path)[] s_parameters =
    [
        ("Microsoft.AspNetCore.Http.HttpContext", "RequestAborted"),
        ("Microsoft.AspNetCore.Http.HttpRequest", "HttpContext.RequestAborted"),
        ("Microsoft.AspNetCore.Http.HttpResponse", "HttpContext.RequestAborted"),
        ("Microsoft.AspNetCore.Mvc.ActionContext", "HttpContext.RequestAborted"),
        ("Microsoft.AspNetCore.SignalR.HubCallerContext", "ConnectionAborted"),
        ("Grpc.Core.ServerCallContext", "CancellationToken"),
        ("Quartz.IJobExecutionContext", "CancellationToken"),
        ("Microsoft.Azure.Functions.Worker.FunctionContext", "CancellationToken"),
    ];

    private static readonly (string Type, string Path)[] s_bases =
    [
        ("Microsoft.AspNetCore.Mvc.ControllerBase", "HttpContext.RequestAborted"),
        ("Microsoft.AspNetCore.Mvc.RazorPages.PageModel", "HttpContext.RequestAborted"),
        ("Microsoft.AspNetCore.SignalR.Hub", "Context.ConnectionAborted"),
    ];

    /// <summary>The path from a value of the type to its token, such as <c>RequestAborted</c>; null when it carries none.</summary>
    public static string? PathFrom(KnownTypes types, ITypeSymbol type) => Find(types, type, s_parameters);

    /// <summary>The path a member of the type can write without a receiver, as every action of a controller can.</summary>
    public static string? PathWithin(KnownTypes types, INamedTypeSymbol type) => Find(types, type, s_bases);

    private static string? Find(KnownTypes types, ITypeSymbol type, (string Type, string Path)[] table)
    {
        foreach (var (name, path) in table)
        {
            if (type.IsOrInherits(types[name]))
                return path;
        }
        return null;
    }
}
