using Assay.Exercises;
using Assay.Jail.Protocol;

namespace Assay.Grading.Jail;

/// <summary>Answers as the host takes them in.</summary>
internal static class Received
{
    /// <summary>Reads an answer of a declared type.</summary>
    /// <exception cref="CheckFailedException">It is a list with a hole. No contract promises one, and no check could look into it.</exception>
    public static object? Answer(BinaryReader reader, Type type)
    {
        var value = type == typeof(void) ? null : Wire.Read(reader, type);
        return value is Array items && items.Cast<object?>().Contains(null)
            ? throw new CheckFailedException("a list that is answered", "no null in it", $"{items.Length} items, one of them null")
            : value;
    }
}
