using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds uses of a member without the lock that its author has named with [GuardedBy].</summary>
public sealed class GuardedByBroken() : SharedStateCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2021",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A member is used without the lock that its [GuardedBy] names",
        messageFormat: "'{0}' is {1} here without '{2}', which [GuardedBy] demands at {3}");

    internal override void Watch(INamedTypeSymbol type, KnownTypes types, EvidenceGate gate, CancellationToken cancellationToken)
    {
        // Any type can break what another one demands.
        if (GuardAttributes.AreIn(type) || GuardedMembers.AreIn(types.Compilation, cancellationToken))
            gate.Ask();
    }

    internal override void Check(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        foreach (var byMember in new[] { model.Accesses, model.Atomics })
        {
            foreach (var pair in byMember)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (GuardAttributes.Of(pair.Key) is { } attribute)
                    CheckMember(attribute, pair.Value, report, cancellationToken);
            }
        }
        CheckOthers(model, report, cancellationToken);
        foreach (var call in model.Calls)
        {
            // A method with the attribute is for callers that hold the lock.
            if (call.Callee is IMethodSymbol && !IsCreation(call) && GuardAttributes.Of(call.Callee) is { } attribute && GuardAttributes.GuardOf(attribute) is { } guard
                && !call.Held.IsUncertain && !Holds(call.Held, guard))
                report(Finding(call.Operation, call.Callee.Name, "called", guard, null, attribute, cancellationToken));
        }
    }

    // Other types of the compilation can use the member, and break its promise, too.
    private static void CheckOthers(TypeModel model, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        if (model.Bodies.Count == 0 || !GuardedMembers.AreIn(model.Bodies[0].Operation.SemanticModel!.Compilation, cancellationToken))
            return;
        foreach (var body in model.Bodies)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var operation in body.Operation.DescendantsAndSelf())
            {
                // Calls are judged with the calls of the type's own functions.
                if (operation is IInvocationOperation || GuardedMembers.Of(operation, model.Type) is not { } use || model.Places.IsConstruction(operation, body.Owner))
                    continue;
                if (!GuardedMembers.MayHold(use, model.Places.At(operation, body.Owner), model.Places.Terms))
                    report(Finding(operation, use.Member.Name, use.Use, GuardAttributes.GuardOf(use.Attribute)!, null, use.Attribute, cancellationToken));
            }
        }
    }

    private static void CheckMember(AttributeData attribute, List<Access> accesses, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        var guard = GuardAttributes.GuardOf(attribute)!;
        foreach (var access in accesses)
        {
            // Nobody else sees the object yet; or some lock may be held that has no name.
            if (access.IsConstruction || access.Held.IsUncertain || Holds(access.Held, guard))
                continue;
            var term = accesses.SelectMany(a => a.Held.Must).FirstOrDefault(t => t.Text == guard);
            var gate = term is null ? null : AccessNames.GateAt(access.Operation, term);
            report(Finding(access.Operation, access.Member.Name, access.IsWrite ? "written" : "read", guard, gate, attribute, cancellationToken));
        }
    }

    private static bool IsCreation(CallUse call) => call.Callee is IMethodSymbol { MethodKind: MethodKind.Constructor } || call.Function is IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor };

    private static bool Holds(HeldSet held, string guard)
    {
        foreach (var term in held.Must)
        {
            if (term.Text == guard || term.Text.EndsWith("." + guard, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    private static Diagnostic Finding(IOperation place, string name, string use, string guard, string? gate, AttributeData attribute, CancellationToken cancellationToken)
    {
        var here = place.Syntax.GetLocation();
        var demanded = attribute.ApplicationSyntaxReference?.GetSyntax(cancellationToken).GetLocation();
        var properties = gate is null ? null : ImmutableDictionary<string, string?>.Empty.Add(UnguardedAccess.GateProperty, gate);
        return Descriptor.At(
            here,
            Descriptor.DefaultSeverity,
            demanded is null ? [] : [demanded],
            properties,
            name,
            use,
            guard,
            demanded?.LineFrom(here) ?? "its declaration");
    }
}
