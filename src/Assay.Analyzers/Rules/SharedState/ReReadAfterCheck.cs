using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds fields and events that are checked and then read again for use, while another thread may empty or replace them.</summary>
public sealed class ReReadAfterCheck() : SharedStateCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2023",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A field or event is checked and then read again, when another thread may have changed it",
        messageFormat: "'{0}' was checked at line {1} and is read again here; {2} in between: {3}");

    internal override void Check(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        foreach (var second in SecondReads.In(model, cancellationToken).Concat(RangeReads.In(model, cancellationToken)).Concat(EventReads.In(model, cancellationToken)))
        {
            var check = second.Check.Syntax.GetLocation();
            report(Descriptor.At(
                second.Use.Syntax.GetLocation(),
                second.IsCertain ? DiagnosticSeverity.Warning : DiagnosticSeverity.Info,
                second.Change is { } change ? [check, change.Syntax.GetLocation()] : [check],
                null,
                second.Member.Name,
                check.Line(),
                second.Consequence,
                second.Evidence.Reason));
        }
    }
}
