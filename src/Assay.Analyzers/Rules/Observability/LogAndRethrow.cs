using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Catches;
using Assay.Analyzers.Semantics.Logging;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Observability;

/// <summary>Finds handlers that log an exception and let it go on, to be logged again by whoever catches it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LogAndRethrow() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY7004",
        category: Category.Observability,
        defaultSeverity: DiagnosticSeverity.Hidden,
        title: "An exception is logged and thrown on",
        messageFormat: "'{0}' is logged here and thrown on at line {1}: whoever catches it logs the same failure again");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (LogLibraries.Of(types) is { } libraries)
            context.RegisterBodyAction(libraries.Words, c => Check(c, libraries), OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, LogLibraries libraries)
    {
        if (libraries.Read((IInvocationOperation)context.Operation) is not { } line)
            return;
        // A trace of the way an exception takes is no report of it.
        if (line.Level == LogSeverity.Detail || CatchPlaces.ClauseAround(line.Call)?.Caught() is not { } caught || !Logs(line, caught))
            return;
        if (ThrowAfter(line.Call) is not { } thrown)
            return;
        var place = thrown.Syntax.GetLocation();
        context.ReportDiagnostic(Descriptor.At(line.Call.Syntax.GetLocation(), ImmutableArray.Create(place), caught.Name, place.Line()));
    }

    private static bool Logs(LogLine line, ILocalSymbol caught)
    {
        if (line.Exception?.Value.IsOf(caught) == true)
            return true;
        foreach (var value in line.Values)
        {
            if (value.IsOf(caught))
                return true;
        }
        return line.Exception is null && line.Text is { } text && TextPieces.Of(text.Value) is { } pieces && pieces.Exists(p => p.Value?.IsOf(caught) == true);
    }

    // The throw that every path from the call reaches: behind it in its block or in one of the blocks around it, up to the handler.
    private static IThrowOperation? ThrowAfter(IOperation call)
    {
        var child = call;
        for (var parent = call.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            if (parent is IBlockOperation block && LeaveAfter(block, child) is { } leave)
                return leave as IThrowOperation;
            if (parent is ICatchClauseOperation)
                return null;
        }
        return null;
    }

    private static IOperation? LeaveAfter(IBlockOperation block, IOperation after)
    {
        for (var i = block.Operations.IndexOf(after) + 1; i < block.Operations.Length; i++)
        {
            switch (block.Operations[i])
            {
                case IThrowOperation or IReturnOperation or IBranchOperation:
                    return block.Operations[i];
                case IExpressionStatementOperation { Operation: IThrowOperation thrown }:
                    return thrown;
            }
        }
        return null;
    }
}
