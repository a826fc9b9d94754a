using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds fields that are checked for null and then read again for use, while another thread may empty them.</summary>
public sealed class ReReadAfterCheck() : SharedStateCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2023",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A field is checked and then read again, when another thread may have emptied it",
        messageFormat: "'{0}' was checked at line {1} and is read again here; '{2}' (line {3}) can set it to null in between: {4}");

    internal override void Check(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        foreach (var second in SecondReads.In(model, cancellationToken))
        {
            var emptied = second.Emptied.Operation.Syntax.GetLocation();
            report(Descriptor.At(
                second.Use.Operation.Syntax.GetLocation(),
                second.IsCertain ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
                ImmutableArray.Create(second.Check.Operation.Syntax.GetLocation(), emptied),
                null,
                second.Use.Member.Name,
                second.Check.Operation.Syntax.GetLocation().Line(),
                second.Emptied.Function is IMethodSymbol { AssociatedSymbol: { } property } ? property.Name : second.Emptied.Function?.Name ?? "a lambda",
                emptied.Line(),
                second.Evidence.Reason));
        }
    }
}
