using Assay.Exercises;
using Assay.Jail.Protocol;

namespace Assay.Grading.Jail;

/// <summary>Exceptions of the candidate's code as they come over the wire: names and a message, never an object.</summary>
internal static class Thrown
{
    private const int MostNames = 16;

    /// <summary>Reads one.</summary>
    /// <exception cref="ProtocolException">The bytes are none.</exception>
    public static SubjectThrewException Read(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        if (count is < 1 or > MostNames)
            throw new ProtocolException($"an exception of {count} types");
        var names = new string[count];
        for (var i = 0; i < count; i++)
            names[i] = reader.ReadString();
        return new SubjectThrewException(names[0], names, reader.ReadString());
    }
}
