using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Time;

/// <summary>A value proven to be a reading of the wall clock, or a deadline computed from one.</summary>
/// <param name="Reading">The operation that read the clock; of several the first.</param>
/// <param name="Variable">The variable the value comes through; null when it was read on the spot.</param>
/// <param name="Unit">The member that turned it into a number, such as Ticks; empty for a time.</param>
/// <param name="IsLocal">Whether it is local time without an offset.</param>
internal sealed record WallClockValue(IOperation Reading, ISymbol? Variable, string Unit, bool IsLocal);

/// <summary>Proves values to be readings of the wall clock, through locals and private fields.</summary>
internal sealed class WallClockValues(KnownTypes types)
{
    private const int MostHops = 3;

    /// <summary>The reading that <paramref name="value"/> is on every path, or null.</summary>
    public WallClockValue? Reading(IOperation value, CancellationToken cancellationToken) => Reading(value, MostHops, cancellationToken);

    /// <summary>The deadline that <paramref name="value"/> is: a local holding a reading plus a span, or a local reading plus a span.</summary>
    public WallClockValue? Deadline(IOperation value, CancellationToken cancellationToken)
    {
        value = Bare(value);
        if (DeadlineBase(value) is { } start)
            return Reading(start, cancellationToken);
        if (value is not ILocalReferenceOperation local)
            return null;
        return OfVariable(local.Local, local, written => DeadlineBase(Bare(written)) is { } begin ? Reading(begin, cancellationToken) : null, cancellationToken);
    }

    /// <summary>Whether <paramref name="reading"/> is what is written to the variable somewhere, itself or plus a span.</summary>
    public bool IsWrittenBy(ISymbol variable, IOperation reading, CancellationToken cancellationToken)
    {
        foreach (var written in VariableUses.Writes(variable, reading, cancellationToken))
        {
            if (written is not null && written.Syntax.Span.Contains(reading.Syntax.Span))
                return true;
        }
        return false;
    }

    private WallClockValue? Reading(IOperation value, int hops, CancellationToken cancellationToken)
    {
        value = Bare(value);
        var kind = types.ReadingOf(value);
        if (kind != ClockReading.None)
            return kind.IsWallTime() ? new WallClockValue(value, null, "", kind.IsLocalTime()) : null;
        switch (value)
        {
            case IPropertyReferenceOperation { Instance: { } instance, Property.Name: "Ticks" or "UtcTicks" } property when types.IsTime(instance.Type):
                return Reading(instance, hops, cancellationToken) is { } ticks ? ticks with { Unit = property.Property.Name } : null;
            case IPropertyReferenceOperation { Instance: { } instance, Property.Name: "UtcDateTime" or "LocalDateTime" or "DateTime" } property when types.IsTime(instance.Type):
                return Reading(instance, hops, cancellationToken) is { } part ? part with { IsLocal = property.Property.Name != "UtcDateTime" } : null;
            case IInvocationOperation { Instance: { } instance, TargetMethod.Name: "ToUnixTimeMilliseconds" or "ToUnixTimeSeconds" } call:
                return Reading(instance, hops, cancellationToken) is { } unix ? unix with { Unit = call.TargetMethod.Name } : null;
            case IInvocationOperation { Instance: { } instance, TargetMethod.Name: "ToUniversalTime" or "ToLocalTime" } call when types.IsTime(instance.Type):
                return Reading(instance, hops, cancellationToken) is { } moved ? moved with { IsLocal = call.TargetMethod.Name == "ToLocalTime" && call.Type?.SpecialType == SpecialType.System_DateTime } : null;
        }
        if (hops == 0 || VariableUses.Variable(value) is not { } variable || !MayHoldReading(variable, value))
            return null;
        return OfVariable(variable, value, written => Reading(written, hops - 1, cancellationToken), cancellationToken);
    }

    // Every write must be a reading: one from a parameter, a row or a file makes the variable somebody else's timestamp.
    private WallClockValue? OfVariable(ISymbol variable, IOperation use, Func<IOperation, WallClockValue?> proof, CancellationToken cancellationToken)
    {
        WallClockValue? first = null;
        foreach (var written in VariableUses.Writes(variable, use, cancellationToken))
        {
            if (written is null)
                return null;
            if (IsNever(written))
                continue;
            if (proof(written) is not { } proven || (first is not null && (proven.IsLocal != first.IsLocal || proven.Unit != first.Unit)))
                return null;
            first ??= proven with { Variable = variable };
        }
        return first is null || IsKept(variable, use, cancellationToken) ? null : first;
    }

    private static bool MayHoldReading(ISymbol variable, IOperation use) => variable switch
    {
        ILocalSymbol { IsRef: false, IsForEach: false } => true,
        // An attribute on a field is a sign that a serialiser or a mapper writes it too.
        IFieldSymbol field => VariableUses.IsPrivateField(field) && field.GetAttributes().IsEmpty && VariableUses.SeesAll(field, use),
        _ => false,
    };

    // The time is also stored or handed on as a timestamp: the duration is then meant to agree with what was persisted.
    private bool IsKept(ISymbol variable, IOperation near, CancellationToken cancellationToken)
    {
        var sinks = new TimeSinks(types);
        foreach (var use in VariableUses.Of(variable, near, cancellationToken))
        {
            var value = use;
            while (value.Parent is IConversionOperation or IParenthesizedOperation or ICoalesceOperation)
                value = value.Parent;
            switch (value.Parent)
            {
                case IAssignmentOperation { Target: IPropertyReferenceOperation or IArrayElementReferenceOperation } assignment when assignment.Value == value:
                case IAssignmentOperation { Target: IFieldReferenceOperation target } other when other.Value == value && !VariableUses.IsPrivateField(target.Field):
                case IArgumentOperation { Parent: IInvocationOperation call } when !sinks.IsSilentCall(call.TargetMethod) && !WallClockSpans.MayBeSpan(call):
                case IArgumentOperation { Parent: IObjectCreationOperation { Constructor: { } constructor } } when !sinks.IsSilentCreation(constructor):
                    return true;
            }
        }
        return false;
    }

    private static IOperation? DeadlineBase(IOperation value) => value switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum when sum.RightOperand.Type?.Name == "TimeSpan" => sum.LeftOperand,
        IInvocationOperation { Instance: { } instance, TargetMethod.Name: "Add" or "AddTicks" or "AddMilliseconds" or "AddSeconds" or "AddMinutes" or "AddHours" } => instance,
        _ => null,
    };

    // `default`, null or the smallest time: nothing was read yet.
    private static bool IsNever(IOperation written) => Bare(written) is
        IDefaultValueOperation or ILiteralOperation { ConstantValue: { HasValue: true, Value: null } } or IFieldReferenceOperation { Field.Name: "MinValue" };

    private static IOperation Bare(IOperation value)
    {
        while (true)
        {
            switch (value)
            {
                case IConversionOperation conversion:
                    value = conversion.Operand;
                    break;
                case IParenthesizedOperation parenthesized:
                    value = parenthesized.Operand;
                    break;
                case IPropertyReferenceOperation { Property.Name: "Value", Instance: { } instance } property when IsNullable(property.Property.ContainingType):
                    value = instance;
                    break;
                case IInvocationOperation { TargetMethod: { Name: "GetValueOrDefault", Parameters.IsEmpty: true } method, Instance: { } instance } when IsNullable(method.ContainingType):
                    value = instance;
                    break;
                default:
                    return value;
            }
        }
    }

    private static bool IsNullable(INamedTypeSymbol type) => type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T;
}
