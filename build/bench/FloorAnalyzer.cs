using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Bench;

/// <summary>What a rule asks of the compiler before it has done anything itself.</summary>
internal enum Asking
{
    Nothing,
    SemanticModels,
    SymbolStarts,
    CodeBlocks,
    SyntaxOfCalls,
    SymbolsOfCalls,
    OperationsOfCalls,
    OperationBlocks,
    OperationActions,
}

/// <summary>Asks for something at every call and does nothing with it, to show where the cost of all rules begins.</summary>
internal sealed class FloorAnalyzer(Asking asking) : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor s_descriptor = new("BENCH0001", "Nothing", "Nothing", "Bench", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [s_descriptor];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        switch (asking)
        {
            case Asking.Nothing:
                context.RegisterCompilationAction(static _ => { });
                break;
            case Asking.SemanticModels:
                context.RegisterSemanticModelAction(static _ => { });
                break;
            case Asking.SymbolStarts:
                context.RegisterSymbolStartAction(static c => c.RegisterSymbolEndAction(static _ => { }), SymbolKind.NamedType);
                break;
            case Asking.CodeBlocks:
                context.RegisterCodeBlockAction(static _ => { });
                break;
            case Asking.SyntaxOfCalls:
                context.RegisterSyntaxNodeAction(static _ => { }, SyntaxKind.InvocationExpression);
                break;
            case Asking.SymbolsOfCalls:
                context.RegisterSyntaxNodeAction(static c => c.SemanticModel.GetSymbolInfo(c.Node, c.CancellationToken), SyntaxKind.InvocationExpression);
                break;
            case Asking.OperationsOfCalls:
                context.RegisterSyntaxNodeAction(static c => c.SemanticModel.GetOperation(c.Node, c.CancellationToken), SyntaxKind.InvocationExpression);
                break;
            case Asking.OperationBlocks:
                context.RegisterOperationBlockAction(static _ => { });
                break;
            case Asking.OperationActions:
                context.RegisterOperationAction(static _ => { }, OperationKind.Invocation);
                break;
        }
    }
}
