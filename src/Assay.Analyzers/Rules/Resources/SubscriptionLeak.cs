using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.Resources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.Resources;

/// <summary>Finds subscriptions that keep their object alive, and being called, after its end.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SubscriptionLeak() : RuleAnalyzer(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY8007",
        category: Category.Resources,
        defaultSeverity: DiagnosticSeverity.Info,
        title: "An object never unsubscribes from an event that outlives it",
        messageFormat: "'{0}' holds this '{1}' and goes on calling {2} after its end: {3}");

    // A type that ends says so; only the few files that do are looked into.
    private static readonly Words s_ends = Words.Of("Dispose", "DisposeAsync", "Unsubscribe*", "Detach*", "Unhook*", "Unregister*", "Unload*", "Unwire*", "Deactivate*", "Disconnect*");

    private protected override void Start(CompilationStartAnalysisContext context, KnownTypes types) =>
        context.RegisterBodyAction(words: null, MaySubscribe, c => Check(c, types), OperationKind.EventAssignment);

    private static bool MaySubscribe(MemberBody body, CancellationToken cancellationToken) =>
        WordIndex.Of(body.Syntax.SyntaxTree, cancellationToken).Has(s_ends) && Subscriptions.MayAdd(body, cancellationToken);

    private static void Check(OperationAnalysisContext context, KnownTypes types)
    {
        var assignment = (IEventAssignmentOperation)context.Operation;
        if (!assignment.Adds || context.ContainingSymbol.ContainingType is not { IsStatic: false, TypeKind: TypeKind.Class } type)
            return;
        if (assignment.EventReference is not IEventReferenceOperation reference || !Subscriptions.HoldsThis(assignment.HandlerValue))
            return;
        var subscriptions = new Subscriptions(types, type, context.CancellationToken);
        if (!subscriptions.Outlives(reference.Instance, context.ContainingSymbol) || subscriptions.IsEnded(reference.Event.Name))
            return;
        var handler = Subscriptions.HandlerName(assignment.HandlerValue) is { } name ? $"'{name}'" : "this handler";
        var source = reference.Syntax.ToString();
        if (subscriptions.SiblingEnd(reference.Event) is { } sibling)
            context.ReportDiagnostic(Descriptor.At(assignment.Syntax.GetLocation(), [sibling.Place], source, type.Name, handler, $"line {sibling.Place.Line()} unsubscribes '{sibling.Event}', but not this"));
        else if (subscriptions.End() is { } end)
            context.ReportDiagnostic(Descriptor.At(assignment.Syntax.GetLocation(), [end], source, type.Name, handler, "its 'Dispose' does not unsubscribe"));
    }
}
