using System.Collections.Concurrent;

namespace Assay.Weaving.Models;

/// <summary>
/// What takes a delegate is not one step: the dictionary looks, calls the delegate without holding anything, and then stores or finds that others did so meanwhile.
/// </summary>
[Models(typeof(ConcurrentDictionary<,>))]
public static class ConcurrentDictionaryModel
{
    public static TValue GetOrAdd<TKey, TValue>(ConcurrentDictionary<TKey, TValue> target, TKey key, Func<TKey, TValue> make, int site)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(make);
        Hooks.Step(target, site);
        if (target.TryGetValue(key, out var known))
            return known;
        var made = make(key);
        Hooks.Step(target, site);
        return target.GetOrAdd(key, made);
    }

    public static TValue GetOrAdd<TKey, TValue, TArgument>(ConcurrentDictionary<TKey, TValue> target, TKey key, Func<TKey, TArgument, TValue> make, TArgument argument, int site)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(make);
        return GetOrAdd(target, key, one => make(one, argument), site);
    }

    public static TValue AddOrUpdate<TKey, TValue>(ConcurrentDictionary<TKey, TValue> target, TKey key, TValue first, Func<TKey, TValue, TValue> update, int site)
        where TKey : notnull => AddOrUpdate(target, key, _ => first, update, site);

    public static TValue AddOrUpdate<TKey, TValue>(ConcurrentDictionary<TKey, TValue> target, TKey key, Func<TKey, TValue> make, Func<TKey, TValue, TValue> update, int site)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(make);
        ArgumentNullException.ThrowIfNull(update);
        while (true)
        {
            Hooks.Step(target, site);
            var isKnown = target.TryGetValue(key, out var known);
            var made = isKnown ? update(key, known!) : make(key);
            Hooks.Step(target, site);
            if (isKnown ? target.TryUpdate(key, made, known!) : target.TryAdd(key, made))
                return made;
        }
    }

    public static TValue AddOrUpdate<TKey, TValue, TArgument>(
        ConcurrentDictionary<TKey, TValue> target, TKey key, Func<TKey, TArgument, TValue> make, Func<TKey, TValue, TArgument, TValue> update, TArgument argument, int site)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(make);
        ArgumentNullException.ThrowIfNull(update);
        return AddOrUpdate(target, key, one => make(one, argument), (one, known) => update(one, known, argument), site);
    }
}
