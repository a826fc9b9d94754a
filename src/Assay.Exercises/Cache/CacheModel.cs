using System.Collections.Immutable;
using Assay.Contracts;
using Assay.Verify;

namespace Assay.Exercises.Cache;

/// <summary>What a cache does while the clock stands still, one call at a time: its entries, the least recently used first.</summary>
internal static class CacheModel
{
    public static ISequentialModel<ImmutableArray<(string Key, string Value)>, Call, Answer> Of(int capacity) =>
        SequentialModel.Of<ImmutableArray<(string Key, string Value)>, Call, Answer>([], (entries, call) => Step(capacity, entries, call), stateComparer: new ByContent());

    private static (ImmutableArray<(string Key, string Value)> Entries, Answer Answer) Step(
        int capacity, ImmutableArray<(string Key, string Value)> entries, Call call)
    {
        if (call.Method.Name == nameof(ICache.Count))
            return (entries, new Answer(entries.Length));
        var key = (string)call.Arguments[0]!;
        var found = entries.FirstOrDefault(entry => entry.Key == key);
        var others = entries.RemoveAll(entry => entry.Key == key);
        switch (call.Method.Name)
        {
            case nameof(ICache.Get):
                return found.Key is null ? (entries, new Answer(null)) : (others.Add(found), new Answer(found.Value));
            case nameof(ICache.Remove):
                return (others, new Answer(found.Key is not null));
            default:
                return ((others.Length == capacity ? others.RemoveAt(0) : others).Add((key, (string)call.Arguments[1]!)), new Answer(null));
        }
    }

    private sealed class ByContent : IEqualityComparer<ImmutableArray<(string Key, string Value)>>
    {
        public bool Equals(ImmutableArray<(string Key, string Value)> x, ImmutableArray<(string Key, string Value)> y) => x.SequenceEqual(y);

        public int GetHashCode(ImmutableArray<(string Key, string Value)> entries)
        {
            var hash = default(HashCode);
            foreach (var entry in entries)
                hash.Add(entry);
            return hash.ToHashCode();
        }
    }
}
