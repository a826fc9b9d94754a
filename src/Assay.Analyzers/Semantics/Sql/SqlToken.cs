namespace Assay.Analyzers.Semantics.Sql;

internal enum SqlTokenKind
{
    Word,
    Text,
    Number,
    Parameter,
    Sign,
}

/// <summary>A word, literal, parameter or sign of SQL text; comments and blanks are none.</summary>
internal readonly record struct SqlToken(SqlTokenKind Kind, string Text, int Start, int End)
{
    public bool Is(string keyword) => Kind == SqlTokenKind.Word && Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    public bool IsSign(char sign) => Kind == SqlTokenKind.Sign && Text[0] == sign;

    /// <summary>Takes the text apart; identifiers lose their quotes.</summary>
    public static List<SqlToken> Read(string sql)
    {
        var tokens = new List<SqlToken>();
        for (var at = 0; at < sql.Length;)
        {
            var c = sql[at];
            if (char.IsWhiteSpace(c))
                at++;
            else if (c == '-' && Next(sql, at) == '-')
                at = EndOf(sql, at, "\n");
            else if (c == '/' && Next(sql, at) == '*')
                at = EndOf(sql, at + 2, "*/");
            else
                at = Add(tokens, sql, at);
        }
        return tokens;
    }

    private static int Add(List<SqlToken> tokens, string sql, int at)
    {
        var c = sql[at];
        var (kind, end) = c switch
        {
            '\'' => (SqlTokenKind.Text, EndOf(sql, at + 1, "'")),
            '"' or '`' => (SqlTokenKind.Word, EndOf(sql, at + 1, c.ToString())),
            '[' => (SqlTokenKind.Word, EndOf(sql, at + 1, "]")),
            '@' or ':' or '$' when IsWordPart(Next(sql, at)) => (SqlTokenKind.Parameter, EndOfWord(sql, at + 1)),
            '?' => (SqlTokenKind.Parameter, at + 1),
            _ when char.IsDigit(c) => (SqlTokenKind.Number, EndOfNumber(sql, at)),
            _ when IsWordPart(c) => (SqlTokenKind.Word, EndOfWord(sql, at)),
            _ => (SqlTokenKind.Sign, at + 1),
        };
        var isQuoted = kind == SqlTokenKind.Word && c is '"' or '`' or '[';
        tokens.Add(new SqlToken(kind, isQuoted ? sql.Substring(at + 1, Math.Max(end - at - 2, 0)) : sql.Substring(at, end - at), at, end));
        return end;
    }

    private static char Next(string sql, int at) => at + 1 < sql.Length ? sql[at + 1] : '\0';

    private static int EndOf(string sql, int from, string sign)
    {
        var found = from >= sql.Length ? -1 : sql.IndexOf(sign, from, StringComparison.Ordinal);
        return found < 0 ? sql.Length : found + sign.Length;
    }

    private static int EndOfWord(string sql, int at)
    {
        while (at < sql.Length && IsWordPart(sql[at]))
            at++;
        return at;
    }

    private static int EndOfNumber(string sql, int at)
    {
        while (at < sql.Length && (char.IsDigit(sql[at]) || sql[at] == '.'))
            at++;
        return at;
    }

    private static bool IsWordPart(char c) => char.IsLetterOrDigit(c) || c is '_' or '#';
}
