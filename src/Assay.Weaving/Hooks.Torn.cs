using System.Runtime.CompilerServices;
using Assay.Verify.Exploration;

namespace Assay.Weaving;

/// <summary>Reads and writes of values wider than a machine word: two steps where another lane could come between the halves. What is no wider, or seen by nobody else, is one.</summary>
public static partial class Hooks
{
    /// <summary>Reads a value whose place was just stepped to.</summary>
    /// <param name="target">The object that the value lies in; null for none.</param>
    /// <param name="place">The value.</param>
    /// <param name="rest">The place of the second half.</param>
    public static T Read<T>(object? target, ref T place, int rest)
    {
        if (Beside<T>() is not { } lane)
        {
            Saw(place);
            return place;
        }

        var begun = place;
        lane.Arena.Log?.AddHalf(lane, begun);
        lane.Arena.Step(lane, rest, target);
        var value = place;
        Torn<T>.CopyHalf(ref value, ref begun, Torn<T>.Split(begun, ref value));
        lane.Arena.Log?.AddRest(lane, value);
        return value;
    }

    /// <summary>Writes a value whose place was just stepped to.</summary>
    /// <param name="target">The object that the value lies in; null for none.</param>
    /// <param name="place">Where the value goes.</param>
    /// <param name="value">The value.</param>
    /// <param name="rest">The place of the second half.</param>
    public static void Write<T>(object? target, ref T place, T value, int rest)
    {
        if (Beside<T>() is not { } lane || Torn<T>.Split(place, ref value) is not (> 0 and var words))
        {
            Saw(value);
            place = value;
            return;
        }

        Torn<T>.CopyHalf(ref place, ref value, words);
        lane.Arena.Log?.AddHalf(lane, place);
        lane.Arena.Step(lane, rest, target);
        // Another's first half may have come between: what is left is a piece of each.
        Torn<T>.CopyRest(ref place, ref value, words);
        lane.Arena.Log?.AddRest(lane, place);
    }

    /// <summary>Reads an element of an array whose place was just stepped to.</summary>
    public static T ReadElement<T>(T[] array, nint index, int rest)
    {
        if (Beside<T>() is not null)
            return Read(array, ref array[index], rest);
        var value = array[index];
        Saw(value);
        return value;
    }

    /// <summary>Writes an element of an array whose place was just stepped to.</summary>
    public static void WriteElement<T>(T[] array, nint index, T value, int rest)
    {
        if (Beside<T>() is not null)
        {
            Write(array, ref array[index], value, rest);
            return;
        }

        Saw(value);
        array[index] = value;
    }

    // The calling lane, if others are there to come between the halves of such a value.
    private static Lane? Beside<T>() =>
        Unsafe.SizeOf<T>() > TornWords.Size && Arena.Current is { Quiet: 0 } lane && lane.Arena.AnyLives(but: lane) ? lane : null;
}
