using Assay.Verify.Exploration;

namespace Assay.Weaving.Programs;

/// <summary>Results that come after a while, as from a file or a network: a lane of its own brings them, so that others may come between.</summary>
internal static class Later
{
    public static Task<T> Of<T>(T value)
    {
        if (Arena.Current is not { } lane)
            return Task.FromResult(value);
        Models.CallRecord.NoteWork();
        // Continuations run in the lane that completes it, or are lanes themselves; never on the pool.
        var promise = new TaskCompletionSource<T>();
        lane.Arena.Start("answer", () => promise.SetResult(value)).IsBackground = true;
        return promise.Task;
    }

    /// <summary>The task, value task or other awaitable of a type; null when the type is none.</summary>
    public static object? OfType(Type type, Func<Type, object?> result)
    {
        if (type == typeof(Task))
            return Of(true);
        if (type == typeof(ValueTask))
            return new ValueTask(Of(true));
        if (!type.IsGenericType)
            return null;
        var inner = type.GetGenericArguments()[0];
        if (type.GetGenericTypeDefinition() == typeof(Task<>))
            return Typed(nameof(Of), inner, result(inner));
        return type.GetGenericTypeDefinition() == typeof(ValueTask<>) ? Activator.CreateInstance(type, Typed(nameof(Of), inner, result(inner))) : null;
    }

    public static bool IsTask(Type type) => type == typeof(Task) || type == typeof(ValueTask) ||
        (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>)));

    private static object? Typed(string method, Type type, object? value) => typeof(Later).GetMethod(method)!.MakeGenericMethod(type).Invoke(null, [value]);
}

/// <summary>Items that come one after the other, each after a while.</summary>
internal sealed class LaterItems<T>(T[] items) : IAsyncEnumerable<T>
{
    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) => new Enumerator(items);

    private sealed class Enumerator(T[] items) : IAsyncEnumerator<T>
    {
        private int _next;

        public T Current => items[_next - 1];

        public ValueTask<bool> MoveNextAsync() => new(Later.Of(_next++ < items.Length));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
