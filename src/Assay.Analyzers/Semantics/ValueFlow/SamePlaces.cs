using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.ValueFlow;

/// <summary>Tells whether two expressions read the same variable or member.</summary>
internal static class SamePlaces
{
    public static bool IsSamePlace(this IOperation one, IOperation other) => (Core(one), Core(other)) switch
    {
        (ILocalReferenceOperation a, ILocalReferenceOperation b) => a.Local.Is(b.Local),
        (IParameterReferenceOperation a, IParameterReferenceOperation b) => a.Parameter.Is(b.Parameter),
        (IInstanceReferenceOperation, IInstanceReferenceOperation) => true,
        (IMemberReferenceOperation { Member: IFieldSymbol or IPropertySymbol { IsIndexer: false } } a, IMemberReferenceOperation b) => a.Member.Is(b.Member) && SameOwner(a.Instance, b.Instance),
        _ => false,
    };

    // The letters of `name.Trim()` and `name.ToUpperInvariant()` are those of the name.
    private static IOperation Core(IOperation value)
    {
        value = value.Bare();
        while (true)
        {
            switch (value)
            {
                case IInvocationOperation { TargetMethod: { Name: var name, ContainingType.SpecialType: SpecialType.System_String or SpecialType.System_Object }, Instance: { } text } when KeepsLetters(name):
                    value = text.Bare();
                    break;
                case IConditionalAccessInstanceOperation placeholder when placeholder.Accessed() is { } accessed:
                    value = accessed.Bare();
                    break;
                default:
                    return value;
            }
        }
    }

    private static bool KeepsLetters(string method) => method is "Trim" or "ToLower" or "ToUpper" or "ToLowerInvariant" or "ToUpperInvariant" or "ToString";

    private static bool SameOwner(IOperation? one, IOperation? other) => one is null || other is null ? one == other : one.IsSamePlace(other);
}
