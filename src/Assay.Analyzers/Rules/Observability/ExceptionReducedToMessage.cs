using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Catches;
using Assay.Analyzers.Semantics.Logging;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Observability;

/// <summary>Finds handlers that keep nothing of an exception but the message they log.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ExceptionReducedToMessage() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY7002",
        category: Category.Observability,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A handler keeps only the message of the exception",
        messageFormat: "Only the message of '{0}' is logged: its type, its stack trace and its cause are gone when the handler ends; pass '{0}' to '{1}'");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.Exception is null || LogLibraries.Of(types) is not { } libraries)
            return;
        context.RegisterBodyAction(libraries.Words, c => Check(c, libraries, types), OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, LogLibraries libraries, KnownTypes types)
    {
        if (libraries.Read((IInvocationOperation)context.Operation) is not { Exception: null, Text: { } text } line || line.Call.TargetMethod.Name == "BeginScope")
            return;
        if (CatchPlaces.ClauseAround(line.Call) is not { } clause || clause.Caught() is not { } caught)
            return;
        if (MessageIn(line, text, caught) is not { } message)
            return;
        // Rethrown, wrapped, collected, or logged as a whole by another line: nothing is lost here.
        if (IsKept(clause, caught))
            return;
        // An exception of a known kind may be no more than its message to the author; so may one that is only worth a detail.
        // A text from a table of resources is written for whoever runs the tool, not for who mends it.
        var isSure = line.Level != LogSeverity.Detail && IsAnything(clause.ExceptionType, types) && !IsLocalised(text.Value);
        context.ReportDiagnostic(Descriptor.At(
            message.Syntax.GetLocation(),
            isSure ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
            ImmutableArray<Location>.Empty,
            properties: null,
            caught.Name,
            line.Call.TargetMethod.Name));
    }

    private static bool IsLocalised(IOperation text) =>
        text.Bare() is IPropertyReferenceOperation { Property: { IsStatic: true, SetMethod: null } or { IsIndexer: true } } or IInvocationOperation { TargetMethod.Name: "GetString" };

    private static IOperation? MessageIn(LogLine line, IArgumentOperation text, ILocalSymbol caught)
    {
        foreach (var value in line.Values)
        {
            if (IsMessage(value, caught))
                return value;
        }
        // log4net: `Error(ex.Message)`.
        if (IsMessage(text.Value, caught))
            return text.Value;
        if (TextPieces.Of(text.Value) is { } pieces)
        {
            foreach (var piece in pieces)
            {
                if (piece.Value is { } value && IsMessage(value, caught))
                    return value;
            }
        }
        return null;
    }

    private static bool IsMessage(IOperation value, ILocalSymbol caught) =>
        value.Bare() is IPropertyReferenceOperation { Property.Name: "Message", Instance: { } owner } && owner.IsOf(caught);

    private static bool IsKept(ICatchClauseOperation clause, ILocalSymbol caught) =>
        clause.Handler.HandsOn(caught) || clause.Handler.Descendants().Any(o => o is IThrowOperation);

    private static bool IsAnything(ITypeSymbol type, KnownTypes types) =>
        type.Is(types.Exception) || type.Is(types["System.SystemException"]) || type.Is(types["System.AggregateException"]);
}
