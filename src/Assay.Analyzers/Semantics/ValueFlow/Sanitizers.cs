using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.ValueFlow;

/// <summary>The methods whose result can do no harm: those that say so by an attribute or their name, and those that a team lists.</summary>
/// <param name="names">The names that the team lists: <c>Clean</c> or <c>Texts.Clean</c>.</param>
/// <param name="isForPrompts">Whether the value goes into a prompt, where quoting and encoding change nothing.</param>
internal sealed class Sanitizers(string[] names, bool isForPrompts)
{
    private static readonly string[] s_cleaning = ["Sanitize", "Sanitise", "Redact"];
    private static readonly string[] s_quoting = ["Escape", "Quote", "Encode", "Delimit", "UrlEncode", "HtmlEncode"];

    /// <summary>Takes the value of an option apart.</summary>
    public static Sanitizers Read(string option, bool isForPrompts) =>
        new(option.Length == 0 ? [] : [.. option.Split([',', ';'], StringSplitOptions.RemoveEmptyEntries).Select(n => n.Trim())], isForPrompts);

    public bool Cleans(IMethodSymbol method)
    {
        foreach (var attribute in method.GetAttributes())
        {
            if (attribute.AttributeClass?.Name is "SanitizesAttribute" || isForPrompts && attribute.AttributeClass?.Name is "PromptSanitizerAttribute")
                return true;
        }
        return StartsWithAny(method.Name, s_cleaning) || !isForPrompts && StartsWithAny(method.Name, s_quoting) || IsListed(method);
    }

    private bool IsListed(IMethodSymbol method)
    {
        foreach (var name in names)
        {
            if (name == method.Name || name == method.ContainingType?.Name + "." + method.Name)
                return true;
        }
        return false;
    }

    private static bool StartsWithAny(string name, string[] beginnings)
    {
        foreach (var beginning in beginnings)
        {
            if (name.StartsWith(beginning, StringComparison.Ordinal))
                return true;
        }
        return false;
    }
}
