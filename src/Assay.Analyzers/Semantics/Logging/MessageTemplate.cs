using System.Collections.Immutable;

namespace Assay.Analyzers.Semantics.Logging;

/// <summary>The holes of a message template such as <c>Order {OrderId} took {Elapsed:0.0} ms</c>.</summary>
internal sealed class MessageTemplate
{
    private MessageTemplate(ImmutableArray<TemplateHole> holes) => Holes = holes;

    public ImmutableArray<TemplateHole> Holes { get; }

    /// <summary>Whether there are holes and all of them are numbers, as those of <c>string.Format</c>.</summary>
    public bool IsNumbered => !Holes.IsEmpty && Holes.All(h => h.Number >= 0);

    /// <summary>Whether every hole has a name that somebody can have meant; JSON in a text has braces, too.</summary>
    public bool IsPlausible => Holes.All(h => h.Number >= 0 || IsName(h.Name));

    /// <summary>Reads a template; a brace that is doubled or never closed opens no hole.</summary>
    public static MessageTemplate Parse(string text)
    {
        var holes = ImmutableArray.CreateBuilder<TemplateHole>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '{')
                continue;
            if (i + 1 < text.Length && text[i + 1] == '{')
            {
                i++;
                continue;
            }
            var close = text.IndexOf('}', i);
            if (close < 0)
                break;
            holes.Add(Hole(text, i, close));
            i = close;
        }
        return new MessageTemplate(holes.ToImmutable());
    }

    private static TemplateHole Hole(string text, int open, int close)
    {
        var inside = text.Substring(open + 1, close - open - 1);
        var end = inside.IndexOfAny([',', ':']);
        var name = (end < 0 ? inside : inside.Substring(0, end)).TrimStart('@', '$');
        return new TemplateHole(name, end < 0 ? "" : inside.Substring(end), open, close - open + 1);
    }

    private static bool IsName(string name)
    {
        if (name.Length == 0 || !(char.IsLetter(name[0]) || name[0] == '_'))
            return false;
        foreach (var c in name)
        {
            if (!char.IsLetterOrDigit(c) && c is not ('_' or '.' or '-'))
                return false;
        }
        return true;
    }
}

/// <summary>A hole of a template.</summary>
/// <param name="Name">The name without sigil, width and format.</param>
/// <param name="Clause">The width and the format with the sign before them: <c>,5:N0</c>.</param>
/// <param name="Start">Where it begins in the text.</param>
/// <param name="Length">How long it is, braces included.</param>
internal readonly record struct TemplateHole(string Name, string Clause, int Start, int Length)
{
    /// <summary>The number that the name is; -1 for a name.</summary>
    public int Number => Name.Length is > 0 and < 4 && Name.All(char.IsDigit) ? int.Parse(Name, System.Globalization.CultureInfo.InvariantCulture) : -1;
}
