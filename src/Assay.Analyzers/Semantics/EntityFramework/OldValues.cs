using Assay.Analyzers.Semantics.Collections;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.EntityFramework;

/// <summary>Whether expressions hang on the value that a property has before it is written.</summary>
internal static class OldValues
{
    /// <summary>Whether the condition reads the property of the same object: itself, through a local, or through another member of the object.</summary>
    public static bool IsReadIn(IOperation condition, IPropertyReferenceOperation property, KnownTypes types, CancellationToken cancellationToken)
    {
        foreach (var part in condition.DescendantsAndSelf())
        {
            if (part is IPropertyReferenceOperation read && IsSame(read, property) || part is ILocalReferenceOperation local && IsAlias(local, property))
                return true;
            if (MemberOf(part, property) is { } member && ReadsOwn(member, property.Property, types, cancellationToken))
                return true;
        }
        return MatchesIn(condition, property);
    }

    /// <summary>Whether the value is made from the old one, rather than keeping it.</summary>
    public static bool AreComputedWith(IOperation value, IPropertyReferenceOperation property)
    {
        value = value.Bare();
        // `user.Name = user.Name.Trim()` gives the same however often it is done; `dto.Name ?? user.Name` keeps what is there.
        if (value is not (IBinaryOperation or IUnaryOperation or IInvocationOperation or IConditionalOperation or ISwitchExpressionOperation or ICoalesceOperation or ILocalReferenceOperation or IInterpolatedStringOperation))
            return false;
        return Combines(value, property, 2);
    }

    /// <summary>The type, without the question mark of a value type.</summary>
    public static ITypeSymbol? WithoutNull(ITypeSymbol? type) =>
        type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable ? nullable.TypeArguments[0] : type;

    public static bool IsSame(IOperation one, IOperation other) => one.Bare().IsSameAs(other.Bare());

    private static bool Combines(IOperation value, IPropertyReferenceOperation property, int hops)
    {
        value = value.Bare();
        switch (value)
        {
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Multiply or BinaryOperatorKind.Divide or BinaryOperatorKind.And or BinaryOperatorKind.Or or BinaryOperatorKind.ExclusiveOr or BinaryOperatorKind.Remainder } binary:
                return Mentions(binary, property);
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not:
                return IsSame(not.Operand, property);
            case IConditionalOperation choice:
                return Combines(choice.WhenTrue, property, hops) || choice.WhenFalse is { } otherwise && Combines(otherwise, property, hops);
            // `order.State = order.State switch { State.Open => State.Paid, … }`
            case ISwitchExpressionOperation map:
                return Mentions(map.Value, property) && map.Arms.Count(a => !IsSame(a.Value, property)) > 1 || map.Arms.Any(a => Combines(a.Value, property, hops));
            case ICoalesceOperation coalesce:
                return Combines(coalesce.Value, property, hops) || Combines(coalesce.WhenNull, property, hops);
            case IInterpolatedStringOperation text:
                return Mentions(text, property);
            case ILocalReferenceOperation local when hops > 0 && LocalWrites.OnlyValue(local) is { } only:
                return Combines(only, property, hops - 1);
            case IInvocationOperation { TargetMethod: { ContainingType.Name: "Math", Name: "Max" or "Min" or "Round" or "Clamp" } } call:
                return call.Arguments.Any(a => Combines(a.Value, property, hops));
            default:
                return false;
        }
    }

    private static bool Mentions(IOperation value, IPropertyReferenceOperation property)
    {
        foreach (var part in value.DescendantsAndSelf())
        {
            if (part is IPropertyReferenceOperation read && IsSame(read, property) || part is ILocalReferenceOperation local && IsAlias(local, property))
                return true;
        }
        return false;
    }

    private static bool IsAlias(ILocalReferenceOperation local, IPropertyReferenceOperation property) =>
        local.Type.Is(property.Type) && LocalWrites.OnlyValue(local) is { } only && IsSame(only, property);

    // `order.IsOpen`, `product.CanReserve(quantity)`: another member of the same object.
    private static IMethodSymbol? MemberOf(IOperation part, IPropertyReferenceOperation property) => part switch
    {
        IPropertyReferenceOperation { Instance: { } instance, Property.GetMethod: { DeclaringSyntaxReferences.Length: > 0 } getter } read when !read.Property.Is(property.Property) && IsSameObject(instance, property) => getter,
        IInvocationOperation { Instance: { } instance, TargetMethod: { DeclaringSyntaxReferences.Length: > 0, ReturnsVoid: false } method } when IsSameObject(instance, property) => method,
        _ => null,
    };

    private static bool IsSameObject(IOperation instance, IPropertyReferenceOperation property) => property.Instance is { } other && IsSame(instance, other);

    private static bool ReadsOwn(IMethodSymbol member, IPropertySymbol property, KnownTypes types, CancellationToken cancellationToken)
    {
        foreach (var reference in member.DeclaringSyntaxReferences)
        {
            if (!types.Compilation.ContainsSyntaxTree(reference.SyntaxTree))
                continue;
            var syntax = reference.GetSyntax(cancellationToken);
            // The getter of `bool IsOpen => …` is the arrow itself.
            if (types.Compilation.GetSemanticModel(syntax.SyntaxTree).GetOperation(syntax, cancellationToken) is not { } body)
                continue;
            foreach (var part in body.Descendants())
            {
                if (part is IPropertyReferenceOperation { Instance: IInstanceReferenceOperation } own && own.Property.OriginalDefinition.Is(property.OriginalDefinition))
                    return true;
            }
        }
        return false;
    }

    // `order is { Status: OrderStatus.Open }`
    private static bool MatchesIn(IOperation condition, IPropertyReferenceOperation property)
    {
        foreach (var part in condition.DescendantsAndSelf())
        {
            if (part is IPropertySubpatternOperation { Member: IPropertyReferenceOperation member } && member.Property.Is(property.Property))
                return true;
        }
        return false;
    }
}
