using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Logging;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Observability;

/// <summary>Finds message templates that are put together from values, so that every event has a template of its own.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class InterpolatedLogTemplate() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY7001",
        category: Category.Observability,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A message template is put together from values",
        messageFormat: "'{0}' becomes part of the template: every value makes another one, so the events cannot be grouped or searched by it, and a brace in the value is read as a hole; name a hole and pass the value");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (LogLibraries.Of(types) is { } libraries)
            context.RegisterBodyAction(libraries.Words, c => Check(c, libraries), OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, LogLibraries libraries)
    {
        if (libraries.Read((IInvocationOperation)context.Operation) is not { HasTemplate: true, Text: { ArgumentKind: ArgumentKind.Explicit } text })
            return;
        var made = text.Value.Bare() is ILocalReferenceOperation local ? LocalWrites.OnlyValue(local)?.Bare() : null;
        // A variable may hold one of a few templates.
        if (TextPieces.Of(made ?? text.Value) is not { } pieces)
            return;
        foreach (var piece in pieces)
        {
            // Constants and static read-only fields make no second template.
            if (!piece.Varies)
                continue;
            context.ReportDiagnostic(Descriptor.At(text.Value.Syntax.GetLocation(), made is null ? [] : [made.Syntax.GetLocation()], piece.Value!.Syntax.ToString()));
            return;
        }
    }
}
