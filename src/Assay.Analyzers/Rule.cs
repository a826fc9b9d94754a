using Microsoft.CodeAnalysis;

namespace Assay.Analyzers;

/// <summary>Declares rules, so that every descriptor has the same shape and a link to its page.</summary>
public static class Rule
{
    /// <summary>Where the pages of the rules are published; the page of a rule is this plus its ID.</summary>
    public const string HelpRoot = "https://assay.example/rules/";

    /// <summary>
    /// Creates the descriptor of a rule. Call it in the initialiser of a static field: release tracking follows a factory
    /// only there, and matches its parameters by name.
    /// </summary>
    /// <param name="id">ASSAYnnnn, its thousand being the category's.</param>
    /// <param name="category">A constant of <see cref="Category"/>.</param>
    /// <param name="defaultSeverity">The severity when neither a preset nor an .editorconfig says otherwise.</param>
    /// <param name="title">What is wrong, as one short sentence without a closing dot.</param>
    /// <param name="messageFormat">What will happen at this place, with names from the user's code.</param>
    /// <param name="isEnabledByDefault">False for rules a team has to ask for.</param>
    public static DiagnosticDescriptor Declare(
        string id,
        string category,
        DiagnosticSeverity defaultSeverity,
        string title,
        string messageFormat,
        bool isEnabledByDefault = true) =>
        new(id, title, messageFormat, category, defaultSeverity, isEnabledByDefault, helpLinkUri: HelpRoot + id);
}
