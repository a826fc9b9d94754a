using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Requests;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Data;

/// <summary>Finds handlers of messages and POSTs that store something anew when the same message or request comes again.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NonIdempotentHandler() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY5009",
        category: Category.Data,
        defaultSeverity: DiagnosticSeverity.Info,
        title: "A handler stores the same thing again when it is called again",
        messageFormat: "{0} more than once after a timeout, and '{1}' then happens again: key it by an idempotency key, or record what is handled in the same transaction");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.IsTestProject())
            return;
        context.RegisterBodyAction(Handlers.Words, c => CheckMethod(c, types), OperationKind.MethodBody);
        context.RegisterBodyAction(Handlers.Words, c => CheckLambda(c, types), OperationKind.AnonymousFunction);
    }

    private static void CheckMethod(OperationAnalysisContext context, KnownTypes types)
    {
        if (context.ContainingSymbol is not IMethodSymbol method || Handlers.KindOf(method, types) is not (not HandlerKind.None and var kind))
            return;
        var body = (IMethodBodyOperation)context.Operation;
        if ((body.BlockBody ?? body.ExpressionBody) is { } block)
            Check(context, block, kind, types);
    }

    private static void CheckLambda(OperationAnalysisContext context, KnownTypes types)
    {
        var lambda = (IAnonymousFunctionOperation)context.Operation;
        if (Handlers.KindOf(lambda) is not HandlerKind.None and var kind)
            Check(context, lambda.Body, kind, types);
    }

    private static void Check(OperationAnalysisContext context, IOperation body, HandlerKind kind, KnownTypes types)
    {
        var bodies = HandlerScope.BodiesOf(body, types, context.CancellationToken);
        // A handler that knows of repetition has its own way to deal with it.
        if (RepeatedEffects.FirstIn(bodies) is not { } effect || RepeatGuards.Has(bodies, effect, types, context.CancellationToken))
            return;
        var who = kind == HandlerKind.Post ? "A client sends the request" : "The broker delivers the message";
        var isHere = effect.Place.Syntax.SyntaxTree == body.Syntax.SyntaxTree;
        var place = isHere ? effect.Place.Syntax.GetLocation() : body.Syntax.GetLocation();
        context.ReportDiagnostic(Descriptor.At(place, ImmutableArray<Location>.Empty, who, OneLine(effect.What)));
    }

    private static string OneLine(string text)
    {
        var end = text.IndexOf('\n');
        return end < 0 ? text : text.Substring(0, end).TrimEnd('\r', ' ') + " …";
    }
}
