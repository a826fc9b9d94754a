using System.Collections;
using System.Reflection;

namespace Assay.Jail.Protocol;

/// <summary>
/// Canonical values on the wire. What is written is decided by the declared type of the contract alone, never by a name in the message: primitives, strings, times, enums,
/// lists, and the contract's own records by the parameters of their constructor. Depth, length and text are bounded.
/// </summary>
internal static class Wire
{
    private const int MaxDepth = 32;
    private const int MaxItems = 100_000;
    private const int MaxText = 1 << 20;

    /// <summary>Writes a value.</summary>
    /// <param name="type">The type that the contract declares.</param>
    /// <exception cref="ProtocolException">The value does not fit: of another type, too deep or too long, not a finite number.</exception>
    public static void Write(BinaryWriter writer, Type type, object? value, int depth = 0)
    {
        if (depth > MaxDepth)
            throw new ProtocolException($"a value nested more than {MaxDepth} deep");
        if (!type.IsValueType || Nullable.GetUnderlyingType(type) is not null)
        {
            writer.Write(value is not null);
            if (value is null)
                return;
            type = Nullable.GetUnderlyingType(type) ?? type;
        }

        if (type.IsEnum)
            writer.Write(Convert.ToInt64(value, null));
        else if (Scalars.TryWrite(writer, type, value!, MaxText))
            return;
        else if (ElementType(type) is { } element)
            WriteList(writer, element, (IEnumerable)value!, depth);
        else
            WriteRecord(writer, type, value!, depth);
    }

    /// <summary>Reads a value of a declared type.</summary>
    /// <exception cref="ProtocolException">The bytes are not such a value.</exception>
    public static object? Read(BinaryReader reader, Type type, int depth = 0)
    {
        if (depth > MaxDepth)
            throw new ProtocolException($"a value nested more than {MaxDepth} deep");
        if (!type.IsValueType || Nullable.GetUnderlyingType(type) is not null)
        {
            if (!reader.ReadBoolean())
                return null;
            type = Nullable.GetUnderlyingType(type) ?? type;
        }

        if (type.IsEnum)
            return Enum.ToObject(type, reader.ReadInt64());
        if (Scalars.TryRead(reader, type, MaxText, out var scalar))
            return scalar;
        return ElementType(type) is { } element ? ReadList(reader, element, depth) : ReadRecord(reader, type, depth);
    }

    /// <summary>The type of a list's items, when the declared type is an array or a read-only list.</summary>
    public static Type? ElementType(Type type)
    {
        if (type.IsSZArray)
            return type.GetElementType();
        return type.IsGenericType && type.GetGenericTypeDefinition() is var open &&
            (open == typeof(IReadOnlyList<>) || open == typeof(IReadOnlyCollection<>) || open == typeof(IEnumerable<>))
                ? type.GetGenericArguments()[0]
                : null;
    }

    private static void WriteList(BinaryWriter writer, Type element, IEnumerable items, int depth)
    {
        // A list of the candidate's may be lazy, endless, or change while it is read: it is read once, into our own, with a bound.
        var taken = new List<object?>();
        foreach (var item in items)
        {
            if (taken.Count == MaxItems)
                throw new ProtocolException($"a list of more than {MaxItems} items");
            taken.Add(item);
        }

        writer.Write(taken.Count);
        foreach (var item in taken)
            Write(writer, element, item, depth + 1);
    }

    private static Array ReadList(BinaryReader reader, Type element, int depth)
    {
        var count = reader.ReadInt32();
        if (count is < 0 or > MaxItems)
            throw new ProtocolException($"a list that claims {count} items");
        var items = new List<object?>();
        for (var i = 0; i < count; i++)
            items.Add(Read(reader, element, depth + 1));
        var array = Array.CreateInstance(element, count);
        for (var i = 0; i < count; i++)
            array.SetValue(items[i], i);
        return array;
    }

    private static void WriteRecord(BinaryWriter writer, Type type, object value, int depth)
    {
        // Only the declared, sealed type is read: no member of a type that the candidate derived.
        if (value.GetType() != type)
            throw new ProtocolException($"a {value.GetType().Name} where the contract says {type.Name}");
        foreach (var part in RecordShape.Of(type).Parts)
            Write(writer, part.PropertyType, part.GetValue(value), depth + 1);
    }

    private static object ReadRecord(BinaryReader reader, Type type, int depth)
    {
        var shape = RecordShape.Of(type);
        var values = new object?[shape.Parts.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = Read(reader, shape.Parts[i].PropertyType, depth + 1);
        try
        {
            return shape.Constructor.Invoke(values);
        }
        catch (TargetInvocationException refused)
        {
            throw new ProtocolException($"no {type.Name}: {refused.InnerException?.Message}");
        }
    }
}
