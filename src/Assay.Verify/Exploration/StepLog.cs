using System.Reflection;
using System.Runtime.CompilerServices;

namespace Assay.Verify.Exploration;

/// <summary>One thing that happened in a run.</summary>
/// <param name="Lane">The lane's number.</param>
/// <param name="LaneName">The lane's name.</param>
/// <param name="Site">Where.</param>
/// <param name="Target">The object concerned, numbered by type in order of appearance; empty when there is none.</param>
/// <param name="Value">What was read, written or answered; empty when that is not known.</param>
/// <param name="Held">The locks the lane held then.</param>
/// <param name="Waits">Whether it had to wait here.</param>
public sealed record LoggedStep(int Lane, string LaneName, Site Site, string Target, string Value, string Held, bool Waits);

/// <summary>Records what happens in a run. Only replays pay for it.</summary>
internal sealed class StepLog
{
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly Dictionary<object, string> _names = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Type, int> _numbers = [];
    private readonly List<LoggedStep> _steps = [];

    // By lane: the value comes after the step, when others may have stepped meanwhile.
    private readonly Dictionary<int, int> _last = [];

    // By lane: its step that was one half of a read or write.
    private readonly Dictionary<int, int> _half = [];

    public IReadOnlyList<LoggedStep> Steps => _steps;

    public void Clear()
    {
        _names.Clear();
        _numbers.Clear();
        _steps.Clear();
        _last.Clear();
        _half.Clear();
    }

    public void Add(Lane lane, int site, object? target) => Add(lane, lane.Arena.Sites[site], target, waits: false);

    public void AddWait(Lane lane, int site, object? target) =>
        Add(lane, lane.Arena.Sites[site], target is ulong or Lane ? null : target, waits: true);

    public void AddValue(Lane lane, object? value)
    {
        if (_last.TryGetValue(lane.Number, out var index))
            _steps[index] = _steps[index] with { Value = Show(value) };
    }

    /// <summary>The lane's last step was one half of a read or write; the other half follows.</summary>
    public void AddHalf(Lane lane, object? value)
    {
        if (!_last.TryGetValue(lane.Number, out var index))
            return;
        _steps[index] = Part("half", _steps[index], value);
        _half[lane.Number] = index;
    }

    /// <summary>The lane's last step was the other half. If nobody came between, the two are shown as one.</summary>
    public void AddRest(Lane lane, object? value)
    {
        var rest = _last[lane.Number];
        var isOne = _half.Remove(lane.Number, out var half) && rest == half + 1;
        if (!isOne)
        {
            _steps[rest] = Part("rest", _steps[rest], value);
            return;
        }

        _steps[rest] = _steps[rest] with { Value = Show(value) };
        _steps.RemoveAt(half);
        _last[lane.Number] = half;
    }

    public string Show(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        ValueType and ITuple tuple => $"({string.Join(", ", Enumerable.Range(0, tuple.Length).Select(index => Show(tuple[index])))})",
        IFormattable and (ValueType or Enum) => ((IFormattable)value).ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        ValueType plain when plain.GetType().Assembly == typeof(object).Assembly => plain.GetType().Name,
        // Whatever code it has, none of it shall run here, and its parts tell which half is whose.
        ValueType own => $"{Plain(own.GetType())} ({string.Join(", ", own.GetType().GetFields(Fields).Select(field => Show(field.GetValue(own))))})",
        _ => NameOf(value),
    };

    private LoggedStep Part(string part, LoggedStep step, object? value) => step with { Site = step.Site with { What = $"{part} of {step.Site.What}" }, Value = Show(value) };

    private void Add(Lane lane, Site site, object? target, bool waits)
    {
        _last[lane.Number] = _steps.Count;
        var held = string.Join(", ", lane.Arena.Locks.Of(lane.Number).Select(NameOf));
        _steps.Add(new LoggedStep(lane.Number, lane.Name, site, target is null ? "" : NameOf(target), "", held, waits));
    }

    private string NameOf(object target)
    {
        if (_names.TryGetValue(target, out var name))
            return name;
        var type = target.GetType();
        var number = _numbers[type] = _numbers.GetValueOrDefault(type) + 1;
        return _names[target] = $"{Plain(type)}#{number}";
    }

    // A type that only its file sees has the file's name before its own.
    private static string Plain(Type type)
    {
        var name = type.Name.Split('`')[0].Replace("<>c__DisplayClass", "closure", StringComparison.Ordinal);
        return name.StartsWith('<') && name.IndexOf("__", StringComparison.Ordinal) is > 0 and var end ? name[(end + 2)..] : name;
    }
}
