using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Assay.Weaving.Programs;

/// <summary>Writes answers down so that equal ones read equal: values by content, objects by when they were first met.</summary>
internal sealed class Rendering
{
    private const int Deepest = 3;
    private const int MostItems = 20;

    private readonly Dictionary<object, int> _met = new(ReferenceEqualityComparer.Instance);

    public string Of(object? value, int depth = 0) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        Exception exception => $"throws {exception.GetType().Name}",
        Enum or Guid or DateTime or DateTimeOffset or TimeSpan => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        IFormattable number when value.GetType().IsPrimitive || value is decimal => number.ToString(null, CultureInfo.InvariantCulture),
        _ when depth >= Deepest => value.GetType().Name,
        ITuple tuple => $"({string.Join(", ", Enumerable.Range(0, tuple.Length).Select(index => Of(tuple[index], depth + 1)))})",
        _ when value.GetType().GetMethod("<Clone>$") is not null => value.ToString() ?? "",
        Delegate or Task => value.GetType().Name,
        IEnumerable items => Items(items, depth),
        ValueType => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        _ => $"{value.GetType().Name}#{Number(value)}",
    };

    // Sets and dictionaries promise no order.
    private string Items(IEnumerable items, int depth)
    {
        var shown = new List<string>();
        foreach (var item in items)
        {
            if (shown.Count == MostItems)
                break;
            shown.Add(item is not null && item.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>)
                ? $"{Of(type.GetProperty("Key")!.GetValue(item), depth + 1)}: {Of(type.GetProperty("Value")!.GetValue(item), depth + 1)}"
                : Of(item, depth + 1));
        }

        if (items is IDictionary or TakenItems { IsOrdered: false } || items.GetType().Name is "HashSet`1" or "ConcurrentBag`1" or "ConcurrentDictionary`2")
            shown.Sort(StringComparer.Ordinal);
        return $"[{string.Join(", ", shown)}]";
    }

    private int Number(object value)
    {
        if (!_met.TryGetValue(value, out var number))
            _met[value] = number = _met.Count + 1;
        return number;
    }
}
