namespace Assay.Weaving.Programs;

/// <summary>Arguments that a call may refuse or fail on halfway, or that another call with the usual ones fails without. Calls with one of them are made where no other call runs.</summary>
internal static class EdgeArguments
{
    /// <summary>A token that is cancelled already.</summary>
    public static Argument Cancelled { get; } = Argument.Of(new CancellationToken(canceled: true), "cancelled");

    private static readonly Dictionary<Type, Argument[]> Known = new()
    {
        [typeof(int)] = [Argument.Of(-1, "-1")],
        [typeof(long)] = [Argument.Of(-1L, "-1")],
        [typeof(short)] = [Argument.Of((short)-1, "-1")],
        [typeof(double)] = [Argument.Of(-1.0, "-1")],
        [typeof(decimal)] = [Argument.Of(-1m, "-1")],
        [typeof(string)] = [Argument.Of("", "\"\""), Argument.Of("1", "\"1\"")],
        [typeof(CancellationToken)] = [Cancelled],
        [typeof(HttpContent)] = [new Argument("content that is not accepted", static _ => new RefusedContent())],
    };

    /// <summary>The edges of a type, each also as the only item of several.</summary>
    public static Argument[] Of(Type type)
    {
        if (Known.TryGetValue(Nullable.GetUnderlyingType(type) ?? type, out var known))
            return known;
        if (MadeUp.Delegate(type, throws: true) is { } throwing)
            return [Argument.Of(throwing, ArgumentTable.Throwing)];
        var element = type.IsArray ? type.GetElementType() : type.IsGenericType && type.GetGenericArguments() is [var only] ? only : null;
        if (element is null || !Known.TryGetValue(element, out var items) || !type.IsAssignableFrom(element.MakeArrayType()))
            return [];
        return Array.ConvertAll(items, item => new Argument($"[{item.Text}]", objects =>
        {
            var filled = Array.CreateInstance(element, 1);
            filled.SetValue(objects.Get(item), 0);
            return filled;
        }));
    }
}
