using System.Collections.Immutable;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds double-checked locks that create twice, or let other threads use what is not complete.</summary>
public sealed class BrokenDoubleCheck() : SharedStateCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2017",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A double-checked lock does not do what it is for",
        messageFormat: "The double-checked lock of '{0}' is broken: {1}");

    internal override void Check(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        foreach (var flaw in new DoubleChecks(model, cancellationToken).Flaws())
        {
            report(Descriptor.At(
                flaw.Place.Syntax.GetLocation(),
                flaw.Severity,
                [.. flaw.Others.Select(o => o.Syntax.GetLocation())],
                ImmutableDictionary<string, string?>.Empty.Add(DoubleCheckFlaw.KindKey, flaw.Kind),
                flaw.Member.Name,
                flaw.Reason));
        }
    }
}
