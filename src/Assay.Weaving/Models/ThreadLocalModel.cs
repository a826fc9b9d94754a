using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>What belongs to one thread each: fields marked so by their name, and thread-local objects.</summary>
internal sealed class ThreadValues
{
    public Dictionary<object, object?> Known { get; } = [];

    public static Dictionary<object, object?> Of(Lane lane) => lane.Arena.ShadowOf<ThreadValues>(lane.Thread).Known;
}

/// <summary>Values of threads: each lane has its own, for lanes lie on the same threads. One made outside of the run has a factory that nobody knows.</summary>
[Models(typeof(ThreadLocal<>))]
public static class ThreadLocalModel
{
    public static ThreadLocal<T> New<T>(int site) => Made(new ThreadLocal<T>(), static () => default!);

    public static ThreadLocal<T> New<T>(bool tracksAll, int site) => Made(new ThreadLocal<T>(tracksAll), static () => default!, tracksAll);

    public static ThreadLocal<T> New<T>(Func<T> make, int site) => Made(new ThreadLocal<T>(make), make);

    public static ThreadLocal<T> New<T>(Func<T> make, bool tracksAll, int site) => Made(new ThreadLocal<T>(make, tracksAll), make, tracksAll);

    public static T? get_Value<T>(ThreadLocal<T> target, int site)
    {
        if (Find(target, site) is not var (lane, slots))
            return target.Value;
        var values = ThreadValues.Of(lane);
        if (values.TryGetValue(target, out var known))
            return (T?)known;
        var made = slots.Make!();
        if (values.ContainsKey(target))
            throw new InvalidOperationException("ValueFactory attempted to access the Value property of this instance.");
        Keep(slots, values, target, made);
        return made;
    }

    public static void set_Value<T>(ThreadLocal<T> target, T value, int site)
    {
        if (Find(target, site) is var (lane, slots))
            Keep(slots, ThreadValues.Of(lane), target, value);
        else
            target.Value = value;
    }

    public static bool get_IsValueCreated<T>(ThreadLocal<T> target, int site) =>
        Find(target, site) is var (lane, _) ? ThreadValues.Of(lane).ContainsKey(target) : target.IsValueCreated;

    public static IList<T> get_Values<T>(ThreadLocal<T> target, int site)
    {
        if (Find(target, site) is not var (lane, slots))
            return target.Values;
        lane.Arena.Step(lane, site, target);
        return slots.TracksAll ? [.. slots.Known.Select(values => (T)values[target]!)] : throw new InvalidOperationException("The ThreadLocal object is not tracking values.");
    }

    public static void Dispose<T>(ThreadLocal<T> target, int site)
    {
        if (Arena.Current is { } lane)
            lane.Arena.ShadowOf<Slots<T>>(target).IsDisposed = true;
        target.Dispose();
    }

    private static ThreadLocal<T> Made<T>(ThreadLocal<T> made, Func<T> make, bool tracksAll = false)
    {
        if (Arena.Current is not { } lane)
            return made;
        var slots = lane.Arena.ShadowOf<Slots<T>>(made);
        (slots.Make, slots.TracksAll) = (make, tracksAll);
        return made;
    }

    private static (Lane Lane, Slots<T> Slots)? Find<T>(ThreadLocal<T> target, int site)
    {
        if (Arena.Current is not { } lane)
            return null;
        var slots = lane.Arena.ShadowOf<Slots<T>>(target);
        if (slots.Make is null)
            Hooks.Uncontrolled(site);
        ObjectDisposedException.ThrowIf(slots.IsDisposed, target);
        return (lane, slots);
    }

    // The newest first, as the real one lists them.
    private static void Keep<T>(Slots<T> slots, Dictionary<object, object?> values, ThreadLocal<T> target, T value)
    {
        if (!values.ContainsKey(target))
            slots.Known.Insert(0, values);
        values[target] = value;
    }

    private sealed class Slots<T>
    {
        public Func<T>? Make { get; set; }

        public bool TracksAll { get; set; }

        public bool IsDisposed { get; set; }

        public List<Dictionary<object, object?>> Known { get; } = [];
    }
}
