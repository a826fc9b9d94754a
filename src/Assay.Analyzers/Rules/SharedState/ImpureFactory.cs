using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.Bodies;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds factories of a concurrent dictionary that do more than make a value, though two of them may run for one key.</summary>
public sealed class ImpureFactory() : SharedStateCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2019",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Info,
        title: "A factory with effects can run more than once for one key",
        messageFormat: "'{0}' can run this factory twice for one key and drop one result; its effect at line {1} is not undone: {2}");

    private static readonly Words s_words = Words.Of("GetOrAdd", "AddOrUpdate");

    internal override void Watch(INamedTypeSymbol type, KnownTypes types, EvidenceGate gate, CancellationToken cancellationToken)
    {
        if (type.Mentions(s_words, cancellationToken) && types["System.Collections.Concurrent.ConcurrentDictionary`2"] is not null)
            gate.Ask();
    }

    internal override void Check(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        foreach (var body in model.Bodies)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var operation in body.Operation.DescendantsAndSelf())
            {
                if (IsUpdate(operation) && Finding((IInvocationOperation)operation, body.Owner, model, cancellationToken) is { } finding)
                    report(finding);
            }
        }
    }

    private static bool IsUpdate(IOperation operation) =>
        operation is IInvocationOperation { TargetMethod: { Name: "GetOrAdd" or "AddOrUpdate", ContainingType: { Name: "ConcurrentDictionary", ContainingNamespace.Name: "Concurrent" } } };

    private static Diagnostic? Finding(IInvocationOperation call, ISymbol owner, TypeModel model, CancellationToken cancellationToken)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Value is not IDelegateCreationOperation made || model.Evidence.Types.BodyOf(made, cancellationToken) is not { } body)
                continue;
            if (FactoryEffects.In(body, made) is not { } effect)
                continue;
            // One thread at a time comes here.
            if (OneSection.Covers(model, call, call, owner))
                return null;
            var place = effect.Operation.Syntax.GetLocation();
            return Descriptor.At(made.Syntax.GetLocation(), [place], call.TargetMethod.Name, place.Line(), effect.What);
        }
        return null;
    }
}
