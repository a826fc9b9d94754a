using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Tokens;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Async;

/// <summary>Finds calls that could take the CancellationToken in scope and are not given it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TokenNotForwarded() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY1006",
        category: Category.Async,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "The CancellationToken in scope is not passed on",
        messageFormat: "{0} is not given '{1}' and goes on after it is cancelled");

    private static readonly Words s_await = Words.Of("await");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.CancellationToken is null)
            return;
        var calls = new TokenlessCalls(types);
        var gate = new TokenGate(types);
        context.RegisterBodyAction(null, gate.MayHaveToken, operation => CheckCall(operation, calls), OperationKind.Invocation);
        context.RegisterBodyAction(s_await, gate.MayHaveToken, operation => CheckLoop(operation, calls), OperationKind.Loop);
    }

    private static void CheckCall(OperationAnalysisContext context, TokenlessCalls calls)
    {
        if (calls.Find((IInvocationOperation)context.Operation, context.ContainingSymbol) is not { } found)
            return;
        Report(context, found.Call.NameLocation(), $"'{found.Call.TargetMethod.Name}'", found.Token, found.IsCertain);
    }

    private static void CheckLoop(OperationAnalysisContext context, TokenlessCalls calls)
    {
        if (context.Operation is not IForEachLoopOperation { IsAsynchronous: true } loop)
            return;
        if (calls.FindStream(loop, context.ContainingSymbol) is not { } token)
            return;
        Report(context, TokenlessCalls.StreamSource(loop.Collection).Syntax.GetLocation(), "This 'await foreach'", token, isCertain: true);
    }

    private static void Report(OperationAnalysisContext context, Location place, string what, TokenInScope token, bool isCertain)
    {
        // The method itself never mentions cancellation: whether its work should stop with the request is its author's choice.
        var severity = isCertain && token.Origin != TokenOrigin.Ambient ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info;
        var source = token.Source is INamedTypeSymbol || token.Source.Locations.IsEmpty ? null : token.Source.Locations[0];
        context.ReportDiagnostic(Descriptor.At(place, severity, source is null ? [] : [source], properties: null, what, token.Expression));
    }
}
