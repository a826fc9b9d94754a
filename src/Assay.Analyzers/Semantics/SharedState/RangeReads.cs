using Assay.Analyzers.Semantics.Collections;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>
/// Finds arrays and lists whose length is checked, and that are then read anew for the element, while other code replaces them
/// by shorter ones. What changes a list in place is another story: no local helps against that.
/// </summary>
internal static class RangeReads
{
    public static IEnumerable<SecondRead> In(TypeModel model, CancellationToken cancellationToken)
    {
        foreach (var list in model.Accesses.Values.Concat(model.Atomics.Values))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var type = list[0].Member.TypeOfMember();
            if (type is not { IsReferenceType: true } || list.Find(a => IsReplacing(a)) is not { } replaced || IsChangedInPlace(list, type))
                continue;
            if (model.EvidenceOf(replaced.Member) is not { Kind: not EvidenceKind.Neighbour } evidence)
                continue;
            var reported = new HashSet<ISymbol?>(SymbolEqualityComparer.Default);
            foreach (var use in list)
            {
                if (!IsElement(use) || use.Function is null || use.Function.Is(replaced.Function) || !model.Evidence.CanMeet(use, replaced) || CheckOver(use, model) is not { } check)
                    continue;
                // One finding for each function: the cure is one local.
                if (reported.Add(use.Function))
                    yield return new(use.Member, check.Operation, use.Operation, replaced.Operation, $"{SecondRead.Named(replaced)} can put a shorter one in its place", evidence, SecondReads.IsCertain(evidence));
            }
        }
    }

    // A slot of an array may be written; that changes no length.
    private static bool IsChangedInPlace(List<Access> all, ITypeSymbol type) =>
        type.TypeKind != TypeKind.Array && all.Exists(a => a is { Kind: AccessKind.ContainerWrite, IsConstruction: false });

    private static bool IsReplacing(Access access) =>
        access is { Kind: AccessKind.Write, IsConstruction: false } && access.Operation.Parent is ISimpleAssignmentOperation { Value: var value } assignment
        && assignment.Target == access.Operation && MayBeShorter(value.Bare())
        && access.Function?.Name.IndexOf("Test", StringComparison.Ordinal) is not >= 0;

    // A copy with room for more is longer than what it replaces, and what is only emptied is checked for null.
    private static bool MayBeShorter(IOperation value)
    {
        if (value is ILocalReferenceOperation local)
            value = LocalWrites.OnlyValue(local)?.Bare() ?? value;
        return value switch
        {
            IParameterReferenceOperation => true,
            IArrayCreationOperation { DimensionSizes: { Length: 1 } sizes } => sizes[0].ConstantValue.HasValue,
            ICollectionExpressionOperation collection => collection.Elements.IsEmpty,
            IObjectCreationOperation { Arguments.IsEmpty: true, Initializer: null } => true,
            IInvocationOperation call => IsShortening(call),
            _ => false,
        };
    }

    private static bool IsShortening(IInvocationOperation call)
    {
        if (call.TargetMethod is { Name: "Empty", ContainingType.Name: "Array" or "Enumerable" })
            return true;
        if (call.TargetMethod.Name is not ("ToArray" or "ToList"))
            return false;
        foreach (var operation in call.Descendants())
        {
            if (operation is IInvocationOperation { TargetMethod.Name: "Append" or "Concat" or "Prepend" or "Union" or "Add" })
                return false;
        }
        return true;
    }

    private static bool IsElement(Access access) =>
        access is { IsConstruction: false, Held: { IsUncertain: false, Must.IsEmpty: true } }
        && access.Operation.Parent switch
        {
            IArrayElementReferenceOperation element => element.ArrayReference == access.Operation,
            IPropertyReferenceOperation { Property.IsIndexer: true } element => element.Instance == access.Operation,
            _ => false,
        };

    private static Access? CheckOver(Access use, TypeModel model)
    {
        foreach (var control in Controls.Over(use.Operation))
        {
            foreach (var operation in control.Condition.DescendantsAndSelf())
            {
                if (operation is not IPropertyReferenceOperation { Property.Name: "Length" or "Count", Instance: IMemberReferenceOperation reference } length || !reference.Member.OriginalDefinition.Is(use.Member)
                    || !reference.Instance.IsSameAs((use.Operation as IMemberReferenceOperation)?.Instance))
                    continue;
                // Under a lock, or written in between: the thread knows what it holds.
                if (model.AccessAt(reference) is not { IsWrite: false, Held: { IsUncertain: false, Must.IsEmpty: true } } check || SecondReads.IsWrittenBetween(check, use, model))
                    return null;
                if (TellsRange(length, control))
                    return check;
            }
        }
        return null;
    }

    // `i < _a.Length` and `_a.Length > 0` hold where the element is read, or `i >= _a.Length` and `_a.Length == 0` do not.
    private static bool TellsRange(IPropertyReferenceOperation length, Control control)
    {
        IOperation side = length;
        while (side.Parent is IConversionOperation or IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract or BinaryOperatorKind.Add })
            side = side.Parent;
        if (side.Parent is not IBinaryOperation comparison)
            return false;
        var isRight = comparison.RightOperand == side;
        return comparison.OperatorKind switch
        {
            BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual => isRight ? control.Implies(comparison) : control.Excludes(comparison),
            BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual => isRight ? control.Excludes(comparison) : control.Implies(comparison),
            BinaryOperatorKind.NotEquals => control.Implies(comparison),
            BinaryOperatorKind.Equals => control.Excludes(comparison),
            _ => false,
        };
    }
}
