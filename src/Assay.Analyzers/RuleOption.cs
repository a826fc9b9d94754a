using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Assay.Analyzers;

/// <summary>A setting of a rule in .editorconfig; declared in a static field beside the descriptor, printed on the page.</summary>
public interface IRuleOption
{
    /// <summary>The key in .editorconfig, such as <c>ASSAY2001.minimum_accesses</c>.</summary>
    string Key { get; }

    /// <summary>What the setting does, as one sentence.</summary>
    string Summary { get; }

    /// <summary>The value when nothing is set, as it would be written.</summary>
    string DefaultText { get; }
}

/// <summary>A typed <see cref="IRuleOption"/>; <typeparamref name="T"/> is bool, int or string.</summary>
public sealed class RuleOption<T>(string key, T defaultValue, string summary) : IRuleOption
    where T : IConvertible
{
    public string Key { get; } = key;

    public string Summary { get; } = summary;

    public string DefaultText => defaultValue.ToString(CultureInfo.InvariantCulture).ToLowerInvariant();

    /// <summary>The value for <paramref name="tree"/>; an unreadable value counts as not set, for a build must not fail on it.</summary>
    public T Read(AnalyzerConfigOptionsProvider options, SyntaxTree tree)
    {
        if (!options.GetOptions(tree).TryGetValue(Key, out var text))
            return defaultValue;
        try
        {
            return (T)Convert.ChangeType(text.Trim(), typeof(T), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is FormatException or InvalidCastException or OverflowException)
        {
            return defaultValue;
        }
    }
}
