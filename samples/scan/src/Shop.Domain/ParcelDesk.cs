using System.Collections.Concurrent;

namespace Shop.Domain;

/// <summary>Where the parcels of all shops are, for the desk that answers customers.</summary>
public sealed class ParcelDesk(Func<string, Task<string>> print)
{
    private static readonly Dictionary<string, string> s_places = new(StringComparer.Ordinal);
    private static readonly Random s_random = new(2026);
    private static long s_questions;

    private readonly ConcurrentDictionary<string, Task<string>> _labels = new(StringComparer.Ordinal);

    public static long Questions => Interlocked.Read(ref s_questions);

    public void Scanned(string parcel, string place) => s_places[parcel] = place;

    public string PlaceOf(string parcel)
    {
        s_questions++;
        return s_places.GetValueOrDefault(parcel, "unknown");
    }

    public string NewNumber() => $"P{s_random.Next(1_000_000):D6}";

    public Task<string> LabelAsync(string parcel) => _labels.GetOrAdd(parcel, key => print(key));

    /// <summary>The weight of a pallet, in grams.</summary>
    public static long Weigh(IReadOnlyList<string> parcels, Func<string, long> scale)
    {
        var total = 0L;
        Parallel.ForEach(parcels, parcel => total += scale(parcel));
        return total;
    }
}
