using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Time;

/// <summary>A stretch of time measured between two readings of the wall clock.</summary>
/// <param name="Operation">The subtraction, or the comparison that ends a loop.</param>
/// <param name="Start">The reading that began it.</param>
/// <param name="Variable">The variable that held that reading in between.</param>
/// <param name="IsTimeout">A deadline was computed from the start; else the elapsed time is.</param>
internal sealed record WallClockSpan(IOperation Operation, IOperation Start, ISymbol Variable, bool IsTimeout);

/// <summary>
/// Proves that both ends of a subtraction, or of the comparison that ends a loop, are readings of the wall clock in this
/// process. Rule 4002 reports these; rule 4001 leaves their readings to it.
/// </summary>
internal sealed class WallClockSpans(KnownTypes types)
{
    private readonly WallClockValues _values = new(types);

    /// <summary>The span that <paramref name="operation"/> measures, or null when that is not proven.</summary>
    public WallClockSpan? SpanOf(IOperation operation, CancellationToken cancellationToken)
    {
        if (Operands(operation) is not var (left, right, isSubtraction))
            return null;
        // `now - start`, `now.Subtract(start)`
        if (isSubtraction && _values.Reading(left, cancellationToken) is { } end)
            return Elapsed(operation, end, _values.Reading(right, cancellationToken));
        // `deadline - now`
        if (isSubtraction)
            return Timeout(operation, _values.Deadline(left, cancellationToken), _values.Reading(right, cancellationToken));
        // `now < deadline`, `deadline > now`; only where it is asked again and again: elsewhere it is an expiry, not a wait.
        if (Timeout(operation, _values.Deadline(right, cancellationToken), _values.Reading(left, cancellationToken)) is { } late)
            return IsPolled(operation, late) ? late : null;
        var early = Timeout(operation, _values.Deadline(left, cancellationToken), _values.Reading(right, cancellationToken));
        return early is not null && IsPolled(operation, early) ? early : null;
    }

    /// <summary>Whether the reading begins or ends a span: then rule 4002 speaks of it.</summary>
    public bool Claims(IOperation reading, CancellationToken cancellationToken)
    {
        foreach (var operation in reading.Root().Descendants())
        {
            if (!MayBeSpan(operation) || SpanOf(operation, cancellationToken) is not { } span)
                continue;
            if (span.Start.Syntax == reading.Syntax || operation.Syntax.Span.Contains(reading.Syntax.Span) || Feeds(reading, operation, cancellationToken))
                return true;
        }
        return StoredField(reading) is { } field && IsMeasured(field, reading, cancellationToken);
    }

    /// <summary>A cheap look at what the operation is before anything is asked about its operands.</summary>
    public static bool MayBeSpan(IOperation operation) => operation switch
    {
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract } binary =>
            IsPointInTime(binary.LeftOperand.Type) && IsPointInTime(binary.RightOperand.Type)
            || binary.Type?.SpecialType == SpecialType.System_Int64 && (IsTicks(binary.LeftOperand) || IsTicks(binary.RightOperand)),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.LessThanOrEqual
            or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.GreaterThanOrEqual } binary => IsPointInTime(binary.LeftOperand.Type),
        IInvocationOperation { TargetMethod: { Name: "Subtract", Parameters.Length: 1 } method } =>
            IsPointInTime(method.ContainingType) && IsPointInTime(method.Parameters[0].Type),
        _ => false,
    };

    private static (IOperation Left, IOperation Right, bool IsSubtraction)? Operands(IOperation operation) => operation switch
    {
        IBinaryOperation binary => (binary.LeftOperand, binary.RightOperand, binary.OperatorKind == BinaryOperatorKind.Subtract),
        IInvocationOperation { Instance: { } instance, Arguments: { Length: 1 } arguments } => (instance, arguments.At(0).Value, true),
        _ => null,
    };

    private static WallClockSpan? Elapsed(IOperation operation, WallClockValue end, WallClockValue? start)
    {
        // Ticks from seconds, local time from UTC: the latter is the offset of the zone, not a duration.
        if (start is null || start.Unit != end.Unit || start.IsLocal != end.IsLocal)
            return null;
        // Nothing lies between two readings of one expression.
        return start.Variable is { } variable ? new WallClockSpan(operation, start.Reading, variable, IsTimeout: false) : null;
    }

    private static WallClockSpan? Timeout(IOperation operation, WallClockValue? deadline, WallClockValue? now) =>
        deadline is { Variable: { } variable } && now is not null && deadline.IsLocal == now.IsLocal && deadline.Unit == now.Unit
            ? new WallClockSpan(operation, deadline.Reading, variable, IsTimeout: true)
            : null;

    // The comparison stands in a loop that begins after the deadline was set.
    private static bool IsPolled(IOperation comparison, WallClockSpan span)
    {
        for (var parent = comparison.Parent; parent is not null; parent = parent.Parent)
        {
            if (parent is ILoopOperation loop && (!loop.Syntax.Span.Contains(span.Start.Syntax.Span) || IsForInitializer(loop, span.Start)))
                return true;
        }
        return false;
    }

    private static bool IsForInitializer(ILoopOperation loop, IOperation start)
    {
        if (loop is not IForLoopOperation counted)
            return false;
        foreach (var before in counted.Before)
        {
            if (before.Syntax.Span.Contains(start.Syntax.Span))
                return true;
        }
        return false;
    }

    // The reading sits in a local that is an operand of the span: `var end = DateTime.UtcNow; … end - start`.
    private bool Feeds(IOperation reading, IOperation span, CancellationToken cancellationToken)
    {
        foreach (var operand in span.Descendants())
        {
            if (VariableUses.Variable(operand) is { } variable && _values.IsWrittenBy(variable, reading, cancellationToken))
                return true;
        }
        return false;
    }

    private bool IsMeasured(IFieldSymbol field, IOperation reading, CancellationToken cancellationToken)
    {
        foreach (var use in VariableUses.Of(field, reading, cancellationToken))
        {
            for (var parent = use.Parent; parent is IConversionOperation or IParenthesizedOperation or IArgumentOperation or IPropertyReferenceOperation or IBinaryOperation or IInvocationOperation; parent = parent.Parent)
            {
                if (MayBeSpan(parent) && SpanOf(parent, cancellationToken) is not null)
                    return true;
            }
        }
        return false;
    }

    private static IFieldSymbol? StoredField(IOperation reading)
    {
        for (var parent = reading.Parent; parent is not null; parent = parent.Parent)
        {
            switch (parent)
            {
                case ISimpleAssignmentOperation { Target: IFieldReferenceOperation target }:
                    return VariableUses.IsPrivateField(target.Field) ? target.Field : null;
                case IFieldInitializerOperation { InitializedFields: { Length: > 0 } fields }:
                    return VariableUses.IsPrivateField(fields[0]) ? fields[0] : null;
                case IConversionOperation or IParenthesizedOperation or IPropertyReferenceOperation or ISimpleAssignmentOperation:
                    continue;
                default:
                    return null;
            }
        }
        return null;
    }

    private static bool IsTicks(IOperation operand) => operand.Unwrap() is
        IPropertyReferenceOperation { Property.Name: "Ticks" or "UtcTicks" }
        or IInvocationOperation { TargetMethod.Name: "ToUnixTimeMilliseconds" or "ToUnixTimeSeconds" };

    private static bool IsPointInTime(ITypeSymbol? type)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
            type = nullable.TypeArguments[0];
        return type is { SpecialType: SpecialType.System_DateTime }
            or { Name: "DateTimeOffset", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };
    }
}
