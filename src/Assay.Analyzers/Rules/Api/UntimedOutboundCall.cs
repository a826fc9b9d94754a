using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Requests;
using Assay.Analyzers.Semantics.Tokens;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Api;

/// <summary>Finds calls to other services and databases that a request waits for without an end of its own.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UntimedOutboundCall() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY6003",
        category: Category.Api,
        defaultSeverity: DiagnosticSeverity.Info,
        title: "A request waits for a call to the outside without a token or a timeout",
        messageFormat: "'{0}' goes on {1} after the client of this request has left: while {2} is slow, such calls pile up; take a CancellationToken and pass it on, or set a timeout");

    private static readonly Words s_words = Words.Of("*Async");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types["Microsoft.AspNetCore.Http.HttpContext"] is null || types.CancellationToken is null || types.IsTestProject())
            return;
        var outbound = new OutboundCalls(types);
        var timeouts = new OutboundTimeouts(types);
        context.RegisterBodyAction(s_words, (b, stop) => MayServe(b, types, stop), c => Check(c, types, outbound, timeouts), OperationKind.Invocation);
    }

    // Only handlers serve requests, and code that maps them.
    private static bool MayServe(MemberBody body, KnownTypes types, CancellationToken cancellationToken)
    {
        if (body.Owner(cancellationToken) is not IMethodSymbol method)
            return false;
        return types.IsHandler(method) || method.ContainingType is { } type && types.HoldsActions(type) || WordIndex.Of(body.Syntax.SyntaxTree, cancellationToken).Has(RequestPaths.MapWords);
    }

    private static void Check(OperationAnalysisContext context, KnownTypes types, OutboundCalls outbound, OutboundTimeouts timeouts)
    {
        var call = (IInvocationOperation)context.Operation;
        var outside = outbound.Of(call);
        // A file or a socket is there or is not.
        if (outside is Outside.Nothing or Outside.Stream || !call.IsWritten() || timeouts.IsBounded(call))
            return;
        if (!types.IsOnRequestPath(call, context.ContainingSymbol, context.CancellationToken))
            return;
        // A call that could take the token in scope is the business of TokenNotForwarded.
        if (types.TokenAt(call, context.ContainingSymbol) is not null || timeouts.AreConfigured(context.CancellationToken))
            return;
        var (howLong, other) = outside switch
        {
            Outside.Http => ("for up to 100 seconds", "the other service"),
            Outside.Grpc => ("without end", "the other service"),
            _ => ("for up to 30 seconds", "the database"),
        };
        context.ReportDiagnostic(Descriptor.At(call.NameLocation(), call.TargetMethod.Name, howLong, other));
    }
}
