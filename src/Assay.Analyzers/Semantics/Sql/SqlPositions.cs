namespace Assay.Analyzers.Semantics.Sql;

/// <summary>What stands in a place of an SQL text.</summary>
internal enum SqlPosition
{
    /// <summary>Text between apostrophes.</summary>
    Quoted,

    /// <summary>A value: what a parameter could stand for.</summary>
    Value,

    /// <summary>The name of a table, a column or the like.</summary>
    Name,

    /// <summary>A piece of SQL.</summary>
    Clause,
}

/// <summary>Tells by the text around it what stands in a place of an SQL text.</summary>
internal static class SqlPositions
{
    private static readonly HashSet<string> s_beforeNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "FROM", "JOIN", "INTO", "UPDATE", "TABLE", "BY", "VIEW", "INDEX", "DATABASE", "SCHEMA", "SEQUENCE", "SELECT", "DISTINCT", "AS", "ON", "COLUMN", "USE", "EXEC", "EXECUTE", "CALL",
        "PRAGMA", "EXISTS", "TRUNCATE", "ROLE", "USER", "LOGIN", "FUNCTION", "PROCEDURE", "TRIGGER", "CONSTRAINT", "TYPE", "EXTENSION", "COPY", "REFERENCES", "ONLY", "COLLATE",
        "LISTEN", "NOTIFY", "UNLISTEN", "TABLES", "OWNER", "SET", "ORDER", "TO", "PUBLICATION", "SLOT", "REPLICATION_SLOT",
    };

    private static readonly HashSet<string> s_beforeValues = new(StringComparer.OrdinalIgnoreCase)
    {
        "LIKE", "ILIKE", "IN", "VALUES", "BETWEEN", "LIMIT", "TOP", "OFFSET", "IS", "THEN", "ELSE", "WHEN", "RETURN",
    };

    private static readonly HashSet<string> s_definitions = new(StringComparer.OrdinalIgnoreCase)
    {
        "CREATE", "ALTER", "DROP", "PRAGMA", "ATTACH", "DETACH", "USE", "GRANT", "REVOKE", "SET", "VACUUM", "COPY", "LISTEN", "NOTIFY", "COMMENT",
    };

    /// <summary>Whether databases take parameters in the statement: they take none in those that define things.</summary>
    public static bool TakesParameters(string statement)
    {
        var start = 0;
        while (start < statement.Length && !char.IsLetter(statement[start]))
            start++;
        var end = start;
        while (end < statement.Length && char.IsLetter(statement[end]))
            end++;
        return !s_definitions.Contains(statement.Substring(start, end - start));
    }

    /// <summary>What stands between the two texts.</summary>
    public static SqlPosition Between(string before, string after)
    {
        if (IsInQuotes(before))
            return SqlPosition.Quoted;
        var end = before.Length;
        while (end > 0 && char.IsWhiteSpace(before[end - 1]))
            end--;
        if (end == 0)
            return SqlPosition.Clause;
        switch (before[end - 1])
        {
            case '=' or '<' or '>':
                return SqlPosition.Value;
            case '[' or '"' or '`' or '.':
                return SqlPosition.Name;
            case '(' or ',':
                return InList(before, end, after);
        }
        // `Orders_{year}`: a part of a name.
        if (end == before.Length && (char.IsLetterOrDigit(before[end - 1]) || before[end - 1] is '_' or '$' or '#'))
            return SqlPosition.Name;
        if (after.Length > 0 && after[0] is '.' or ']' or '_')
            return SqlPosition.Name;
        var word = WordBefore(before, end);
        if (s_beforeValues.Contains(word))
            return SqlPosition.Value;
        return s_beforeNames.Contains(word) ? SqlPosition.Name : SqlPosition.Clause;
    }

    private static bool IsInQuotes(string text)
    {
        var isQuoted = false;
        foreach (var letter in text)
        {
            if (letter == '\'')
                isQuoted = !isQuoted;
        }
        return isQuoted;
    }

    // `IN ({ids}`, `VALUES ({name}`, `VALUES (@id, {name}` are values; `INSERT INTO Orders ({columns}` is not.
    private static SqlPosition InList(string before, int end, string after)
    {
        var depth = 0;
        for (var i = end - 1; i >= 0; i--)
        {
            if (before[i] == ')')
                depth++;
            else if (before[i] == '(' && depth-- == 0)
            {
                while (i > 0 && char.IsWhiteSpace(before[i - 1]))
                    i--;
                var word = WordBefore(before, i);
                return s_beforeValues.Contains(word) ? SqlPosition.Value : SqlPosition.Clause;
            }
        }
        return after.Length > 0 && after[0] == '.' ? SqlPosition.Name : SqlPosition.Clause;
    }

    private static string WordBefore(string text, int end)
    {
        var start = end;
        while (start > 0 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] == '_'))
            start--;
        return text.Substring(start, end - start);
    }
}
