using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Time;

/// <summary>Tells DateTime values of the machine's zone from values of UTC, by how they are made and what they are called.</summary>
internal static class ZonedTimes
{
    /// <summary>The expression that makes the value one of the machine's zone; null when it is none, or one cannot know.</summary>
    public static IOperation? LocalSource(IOperation value, KnownTypes types) => Source(value, types, IsLocal, mayFollow: true);

    /// <summary>The expression that makes the value one of UTC; null when it is none, or one cannot know.</summary>
    public static IOperation? UtcSource(IOperation value, KnownTypes types) => Source(value, types, IsUtc, mayFollow: true);

    /// <summary>Whether the name says that what it names is in UTC.</summary>
    public static bool SaysUtc(string name) =>
        name.EndsWith("Utc", StringComparison.Ordinal) || name.EndsWith("UTC", StringComparison.Ordinal) || name.StartsWith("Utc", StringComparison.Ordinal) || name.StartsWith("utc", StringComparison.Ordinal);

    public static bool IsDateTime(ITypeSymbol? type) =>
        type?.SpecialType == SpecialType.System_DateTime || type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable && nullable.TypeArguments[0].SpecialType == SpecialType.System_DateTime;

    private static IOperation? Source(IOperation value, KnownTypes types, Func<IOperation, KnownTypes, bool> isSource, bool mayFollow)
    {
        value = value.Bare();
        if (!IsDateTime(value.Type))
            return null;
        if (isSource(value, types))
            return value;
        switch (value)
        {
            // `DateTime.Now.AddDays(3)`, `DateTime.Now.Date`
            case IInvocationOperation { Instance: { } moved, TargetMethod: { ContainingType.SpecialType: SpecialType.System_DateTime } method } when method.Name.StartsWith("Add", StringComparison.Ordinal) || method.Name == "Subtract":
                return Source(moved, types, isSource, mayFollow);
            case IPropertyReferenceOperation { Property: { Name: "Date", ContainingType.SpecialType: SpecialType.System_DateTime }, Instance: { } whole }:
                return Source(whole, types, isSource, mayFollow);
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.Add or BinaryOperatorKind.Subtract } moved:
                return Source(moved.LeftOperand, types, isSource, mayFollow);
            case IConditionalOperation { WhenFalse: { } otherwise } choice:
                return Source(choice.WhenTrue, types, isSource, mayFollow) is { } first && Source(otherwise, types, isSource, mayFollow) is not null ? first : null;
            case ILocalReferenceOperation local when mayFollow && LocalWrites.OnlyValue(local) is { } only:
                return Source(only, types, isSource, mayFollow: false);
            default:
                return null;
        }
    }

    private static bool IsLocal(IOperation value, KnownTypes types) => value switch
    {
        IPropertyReferenceOperation { Property: { IsStatic: true, Name: "Now" or "Today", ContainingType.SpecialType: SpecialType.System_DateTime } } => true,
        // Of an offset it is the time on the wall: in the machine's zone when the offset is the local one.
        IPropertyReferenceOperation { Property.Name: "LocalDateTime" } => true,
        IPropertyReferenceOperation { Property: { Name: "DateTime", ContainingType.Name: "DateTimeOffset" }, Instance: { } instant } => IsLocalInstant(instant.Bare(), types),
        IInvocationOperation { TargetMethod: { Name: "ToLocalTime", ContainingType.SpecialType: SpecialType.System_DateTime } } => true,
        _ => false,
    };

    private static bool IsLocalInstant(IOperation instant, KnownTypes types) => types.ReadingOf(instant) is ClockReading.OffsetNow or ClockReading.ProviderLocalNow;

    private static bool IsUtc(IOperation value, KnownTypes types) => value switch
    {
        IPropertyReferenceOperation { Property: { Name: "UtcNow" or "UtcDateTime" } } => true,
        IInvocationOperation { TargetMethod: { Name: "ToUniversalTime", ContainingType.SpecialType: SpecialType.System_DateTime } } => true,
        IInvocationOperation call => call.TargetMethod.Name.EndsWith("Utc", StringComparison.Ordinal),
        IMemberReferenceOperation { Member: IPropertySymbol or IFieldSymbol } member => SaysUtc(member.Member.Name.TrimStart('_')),
        IParameterReferenceOperation parameter => SaysUtc(parameter.Parameter.Name),
        _ => false,
    };
}
