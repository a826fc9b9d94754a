// Each construction has a table of its own, and none of them has a lock: two make the value, and two add it.
public class GenericCache
{
    private static class Cache<T>
    {
        public static readonly Dictionary<int, T> Known = [];
    }

    public object Text(int key) => Get(key, new object());
    public int Number(int key) => Get(key, key + 1);

    private static T Get<T>(int key, T made)
    {
        if (!Cache<T>.Known.TryGetValue(key, out var known))
            Cache<T>.Known[key] = known = made;
        return known;
    }
}

public class GenericCacheFixed
{
    private static class Cache<T>
    {
        public static readonly Dictionary<int, T> Known = [];
    }

    public object Text(int key) => Get(key, new object());
    public int Number(int key) => Get(key, key + 1);

    private static T Get<T>(int key, T made)
    {
        lock (Cache<T>.Known)
        {
            if (!Cache<T>.Known.TryGetValue(key, out var known))
                Cache<T>.Known[key] = known = made;
            return known;
        }
    }
}
