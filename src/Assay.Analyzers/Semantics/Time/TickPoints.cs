using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Time;

/// <summary>Tells points in time that are counted by <c>Environment.TickCount</c> from the lengths of time between them.</summary>
internal static class TickPoints
{
    private const int MostHops = 3;

    /// <summary>Whether the value is a reading of the count, or one moved by some milliseconds.</summary>
    public static bool IsPoint(IOperation value, KnownTypes types) => IsPoint(value, types, MostHops);

    private static bool IsPoint(IOperation value, KnownTypes types, int hops)
    {
        value = value.Bare();
        if (hops == 0)
            return false;
        return value switch
        {
            _ when types.ReadingOf(value) == ClockReading.TickCount => true,
            // `start + timeout` is a point, `now - start` a length.
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Add } sum => IsPoint(sum.LeftOperand, types, hops) || IsPoint(sum.RightOperand, types, hops),
            IBinaryOperation { OperatorKind: BinaryOperatorKind.Subtract } difference => IsPoint(difference.LeftOperand, types, hops) && !IsPoint(difference.RightOperand, types, hops) && difference.RightOperand.Bare().ConstantValue.HasValue,
            ILocalReferenceOperation local => LocalWrites.OnlyValue(local) is { } only ? IsPoint(only, types, hops - 1) : IsOnlyGivenPoints(local, types, hops),
            IFieldReferenceOperation field when VariableUses.IsPrivateField(field.Field) && VariableUses.SeesAll(field.Field, value) => IsOnlyGivenPoints(field, types, hops),
            _ => false,
        };
    }

    private static bool IsOnlyGivenPoints(IOperation reference, KnownTypes types, int hops)
    {
        var any = false;
        foreach (var write in VariableUses.Writes(VariableUses.Variable(reference)!, reference, CancellationToken.None))
        {
            // A first zero or a reset says that there is no point yet.
            if (write is null || write.Bare().ConstantValue.HasValue)
                continue;
            if (!IsPoint(write, types, hops - 1))
                return false;
            any = true;
        }
        return any;
    }
}
