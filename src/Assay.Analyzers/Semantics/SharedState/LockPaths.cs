using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>
/// Names variables and locks by their text path, so that an acquire and a release in one body are seen to mean the same lock.
/// Whether the path keeps naming the same object is another question, which <see cref="GuardTerms"/> answers.
/// </summary>
internal static class LockPaths
{
    /// <summary>The path of a lock in the tree of operations, local aliases resolved; null when it is the result of a call.</summary>
    public static string? OfLock(IOperation target)
    {
        var bare = target.Bare();
        if (bare is IConditionalAccessInstanceOperation)
            return ConditionalOf(bare) is { } access ? OfLock(access.Operation) : null;
        if (bare is ILocalReferenceOperation local && LocalWrites.OnlyValue(local) is { } value && value.Bare() is IMemberReferenceOperation or IParameterReferenceOperation or ILocalReferenceOperation)
            return OfLock(value) ?? Of(bare, null);
        return bare is IMemberReferenceOperation { Instance: { } instance } member and not IMethodReferenceOperation
            ? OfLock(instance) is { } around ? around + Step(member) : null
            : Of(bare, null);
    }

    /// <summary>The path of a variable, in the tree or in a control flow graph; null when the operation is none.</summary>
    public static string? Of(IOperation? operation, Dictionary<CaptureId, string>? captures)
    {
        switch (operation?.Bare())
        {
            case ILocalReferenceOperation local:
                return OfLocal(local.Local);
            case IParameterReferenceOperation parameter:
                return $"{parameter.Parameter.Name}@{Position(parameter.Parameter)}";
            case IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance }:
                return "this";
            case ITypeOfOperation typeOf:
                return $"typeof({typeOf.TypeOperand.ToDisplayString()})";
            case IFlowCaptureReferenceOperation captured:
                return captures is not null && captures.TryGetValue(captured.Id, out var path) ? path : $"capture@{captured.Id.GetHashCode()}";
            case IFieldReferenceOperation or IPropertyReferenceOperation or IEventReferenceOperation:
                var member = (IMemberReferenceOperation)operation.Bare();
                if (member.Instance is null)
                    return member.Member.ContainingType.ToDisplayString() + Step(member);
                return Of(member.Instance, captures) is { } around ? around + Step(member) : null;
            case IArrayElementReferenceOperation element:
                return Of(element.ArrayReference, captures) is { } array ? $"{array}[{Last(element.Syntax)}]" : null;
            default:
                return null;
        }
    }

    public static string OfLocal(ILocalSymbol local) => $"{local.Name}@{Position(local)}";

    private static string Step(IMemberReferenceOperation member) =>
        member is IPropertyReferenceOperation { Arguments.Length: > 0 } ? $"[{Last(member.Syntax)}]" : "." + member.Member.Name;

    // An index is compared as it is written.
    private static string Last(SyntaxNode element) => element.ChildNodes().LastOrDefault()?.ToString() ?? "";

    private static int Position(ISymbol symbol) => symbol.Locations.IsEmpty ? 0 : symbol.Locations[0].SourceSpan.Start;

    private static IConditionalAccessOperation? ConditionalOf(IOperation instance)
    {
        var child = instance;
        for (var parent = instance.Parent; parent is not null; child = parent, parent = parent.Parent)
        {
            if (parent is IConditionalAccessOperation access && access.WhenNotNull == child)
                return access;
        }
        return null;
    }
}
