namespace Assay.Analyzers.Semantics;

/// <summary>Splits names into words, for the few questions that only a name can answer.</summary>
internal static class NameWords
{
    /// <summary>The words of an identifier or a key of the configuration, in lower case: <c>Jwt:SigningKey</c> has three.</summary>
    public static List<string> Of(string name)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            if (i < name.Length && char.IsLetterOrDigit(name[i]) && !IsBoundary(name, start, i))
                continue;
            if (i > start)
                words.Add(name.Substring(start, i - start).ToLowerInvariant());
            start = i < name.Length && char.IsLetterOrDigit(name[i]) ? i : i + 1;
        }
        return words;
    }

    /// <summary>The entries of an option that lists words, separated by commas.</summary>
    public static string[] List(string option)
    {
        if (option.Length == 0)
            return [];
        var entries = option.Split([','], StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < entries.Length; i++)
            entries[i] = entries[i].Trim().ToLowerInvariant();
        return entries;
    }

    /// <summary>Whether one of the words of the name is in the set.</summary>
    public static bool HasAny(string name, HashSet<string> words)
    {
        foreach (var word in Of(name))
        {
            if (words.Contains(word))
                return true;
        }
        return false;
    }

    /// <summary>The words of a text, for tables that are easier to read without quotes.</summary>
    public static HashSet<string> Set(string words) =>
        new(words.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);

    private static bool IsBoundary(string name, int start, int i)
    {
        if (i == start)
            return false;
        if (char.IsDigit(name[i]) != char.IsDigit(name[i - 1]))
            return true;
        // The K of `apiKey`, the K of `APIKey`, which a small letter follows.
        return char.IsUpper(name[i]) && (!char.IsUpper(name[i - 1]) || i + 1 < name.Length && char.IsLower(name[i + 1]));
    }
}
