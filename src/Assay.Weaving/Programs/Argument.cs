namespace Assay.Weaving.Programs;

/// <summary>What a call is made with, or on.</summary>
/// <param name="Text">As a program shows it.</param>
/// <param name="Make">Makes it for a run.</param>
/// <param name="IsShared">Whether all calls of a run that name it mean one object.</param>
/// <param name="Type">Of a shared object of the code under test, its type.</param>
/// <param name="IsMany">Whether it is several items: a call that takes them one after the other is no single step to others.</param>
internal sealed record Argument(string Text, Func<RunObjects, object?> Make, bool IsShared = false, Type? Type = null, bool IsMany = false)
{
    /// <summary>The object whose type is explored.</summary>
    public const string This = "this";

    /// <summary>Another object of the same type.</summary>
    public const string Other = "other";

    /// <summary>A value without state.</summary>
    public static Argument Of(object? value, string text) => new(text, _ => value);
}

/// <summary>The objects of one run: those that calls share are made once.</summary>
internal sealed class RunObjects
{
    private readonly Dictionary<string, object?> _shared = new(StringComparer.Ordinal);

    /// <summary>The number of the call that arguments are made for; null for the object itself.</summary>
    public int? Call { get; set; }

    /// <summary>Whether calls share an object beside those that they are made on: others may hold it too.</summary>
    public bool HasOthers => _shared.Any(one => one.Key is not (Argument.This or Argument.Other) && one.Value is not HttpClient);

    public object? Get(Argument argument)
    {
        if (!argument.IsShared)
            return argument.Make(this);
        if (!_shared.TryGetValue(argument.Text, out var known))
            _shared[argument.Text] = known = argument.Make(this);
        return known;
    }
}
