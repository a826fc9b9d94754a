using System.Collections.Immutable;
using System.Text.Json;

namespace Assay.Cli.Rules;

/// <summary>The rules as a reader looks them up: the cards, the pages, and what a misspelt name may have meant.</summary>
internal static class RuleBook
{
    private static readonly JsonSerializerOptions s_form = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>All cards, ordered by ID, as `dev docs` wrote them from the declarations: listing the rules loads no compiler.</summary>
    public static ImmutableArray<RuleCard> Cards { get; } = ReadCatalogue();

    /// <summary>The card with this ID or name; null when there is none.</summary>
    public static RuleCard? Find(string idOrName) =>
        Cards.FirstOrDefault(card => Matches(card, idOrName.Trim()));

    /// <summary>The text of the rule's page, as Markdown; null when it has none yet.</summary>
    public static string? Page(string id)
    {
        using var stream = typeof(RuleBook).Assembly.GetManifestResourceStream($"pages/{id}.md");
        if (stream is null)
            return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The error for an unknown rule, with the nearest known ones.</summary>
    public static string Unknown(string idOrName)
    {
        var near = Spelling.Nearest(idOrName, Cards.SelectMany(card => new[] { card.Id, card.Name }));
        var hint = near is null ? "" : $"did you mean {near}? ";
        return $"there is no rule '{idOrName}': {hint}'assay rules' lists them all";
    }

    private static ImmutableArray<RuleCard> ReadCatalogue()
    {
        using var stream = typeof(RuleBook).Assembly.GetManifestResourceStream("catalogue.json")
            ?? throw new InvalidOperationException("The catalogue of the rules is not embedded.");
        return JsonSerializer.Deserialize<ImmutableArray<RuleCard>>(stream, s_form);
    }

    private static bool Matches(RuleCard card, string idOrName) =>
        card.Id.Equals(idOrName, StringComparison.OrdinalIgnoreCase) || card.Name.Equals(idOrName, StringComparison.OrdinalIgnoreCase);
}
