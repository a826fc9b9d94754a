namespace Assay.Jail.Protocol;

/// <summary>The values without parts.</summary>
internal static class Scalars
{
    /// <summary>Writes a value when its declared type is a scalar.</summary>
    /// <exception cref="ProtocolException">A text too long, a number that is not finite.</exception>
    public static bool TryWrite(BinaryWriter writer, Type type, object value, int maxText)
    {
        if (type == typeof(bool)) writer.Write((bool)value);
        else if (type == typeof(int)) writer.Write((int)value);
        else if (type == typeof(long)) writer.Write((long)value);
        else if (type == typeof(decimal)) writer.Write((decimal)value);
        else if (type == typeof(double)) writer.Write(Finite((double)value));
        else if (type == typeof(string)) writer.Write(Bounded((string)value, maxText));
        else if (type == typeof(TimeSpan)) writer.Write(((TimeSpan)value).Ticks);
        else if (type == typeof(DateTimeOffset)) WriteInstant(writer, (DateTimeOffset)value);
        else return false;
        return true;
    }

    /// <summary>Reads a value when its declared type is a scalar.</summary>
    /// <exception cref="ProtocolException">A text too long, a number that is not finite, no such instant.</exception>
    public static bool TryRead(BinaryReader reader, Type type, int maxText, out object? value)
    {
        value = type == typeof(bool) ? reader.ReadBoolean()
            : type == typeof(int) ? reader.ReadInt32()
            : type == typeof(long) ? reader.ReadInt64()
            : type == typeof(decimal) ? reader.ReadDecimal()
            : type == typeof(double) ? Finite(reader.ReadDouble())
            : type == typeof(string) ? Bounded(reader.ReadString(), maxText)
            : type == typeof(TimeSpan) ? new TimeSpan(reader.ReadInt64())
            : type == typeof(DateTimeOffset) ? ReadInstant(reader)
            : null;
        return value is not null;
    }

    private static void WriteInstant(BinaryWriter writer, DateTimeOffset instant)
    {
        writer.Write(instant.UtcTicks);
        writer.Write((short)instant.Offset.TotalMinutes);
    }

    private static DateTimeOffset ReadInstant(BinaryReader reader)
    {
        var (ticks, minutes) = (reader.ReadInt64(), reader.ReadInt16());
        if (ticks < DateTimeOffset.MinValue.Ticks || ticks > DateTimeOffset.MaxValue.Ticks || Math.Abs((int)minutes) > 14 * 60)
            throw new ProtocolException("an instant outside the calendar");
        return new DateTimeOffset(ticks, TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(minutes));
    }

    private static double Finite(double number) =>
        double.IsFinite(number) ? number : throw new ProtocolException($"the number {number}");

    private static string Bounded(string text, int most) =>
        text.Length <= most ? text : throw new ProtocolException($"a text of {text.Length} characters; at most {most} cross");
}
