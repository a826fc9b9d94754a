namespace Assay.Analyzers.Semantics.Sql;

internal enum SqlKind
{
    Select,
    Insert,
    Update,
    Other,
}

/// <summary>What one SQL statement does to which table, as far as a small grammar tells.</summary>
internal sealed class SqlStatement
{
    private static readonly string[] s_ends = ["GROUP", "ORDER", "LIMIT", "OFFSET", "FOR", "RETURNING", "HAVING", "UNION", "FETCH", "OPTION", "ON"];

    private readonly string _sql;
    private readonly List<SqlToken> _tokens;

    private SqlStatement(string sql, List<SqlToken> tokens)
    {
        _sql = sql;
        _tokens = tokens;
    }

    public SqlKind Kind { get; private set; } = SqlKind.Other;

    /// <summary>The table without its schema, as it is written; empty when there is none.</summary>
    public string Table { get; private set; } = "";

    /// <summary>The columns that are selected or inserted; a star stands for all.</summary>
    public HashSet<string> Columns { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What an update sets: the column and the text of its new value.</summary>
    public List<(string Column, string Value)> Sets { get; } = [];

    /// <summary>The text of the condition; empty when there is none.</summary>
    public string Where { get; private set; } = "";

    public HashSet<string> WhereColumns { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the statement says what happens when a row is there already.</summary>
    public bool HandlesConflict { get; private set; }

    public bool Reads(string column) => Columns.Contains("*") || Columns.Contains(column);

    /// <summary>The statements of a text that are separated by semicolons.</summary>
    public static IReadOnlyList<SqlStatement> Parse(string sql)
    {
        var statements = new List<SqlStatement>();
        var tokens = new List<SqlToken>();
        foreach (var token in SqlToken.Read(sql))
        {
            if (!token.IsSign(';'))
            {
                tokens.Add(token);
                continue;
            }
            Add(statements, sql, tokens);
            tokens = [];
        }
        Add(statements, sql, tokens);
        return statements;
    }

    private static void Add(List<SqlStatement> statements, string sql, List<SqlToken> tokens)
    {
        if (tokens.Count == 0)
            return;
        var statement = new SqlStatement(sql, tokens);
        statement.Understand();
        statements.Add(statement);
    }

    private void Understand()
    {
        HandlesConflict = Has("ON", "CONFLICT") || Has("ON", "DUPLICATE") || Has("OR", "IGNORE") || Has("OR", "REPLACE") || Has("INSERT", "IGNORE") || Has("NOT", "EXISTS") || Has("WHERE", "NOT");
        if (_tokens[0].Is("SELECT"))
            ReadSelect();
        else if (_tokens[0].Is("UPDATE"))
            ReadUpdate();
        else if (_tokens[0].Is("INSERT"))
            ReadInsert();
    }

    private void ReadSelect()
    {
        Kind = SqlKind.Select;
        var from = IndexOf("FROM", 1);
        for (var i = 1; i < (from < 0 ? _tokens.Count : from); i++)
            AddColumn(i, Columns);
        // `SELECT EXISTS (SELECT 1 FROM users …)`
        if (from < 0)
            from = _tokens.FindIndex(t => t.Is("FROM"));
        if (from >= 0)
            Table = TableAt(from + 1);
        ReadWhere();
    }

    private void ReadUpdate()
    {
        Kind = SqlKind.Update;
        Table = TableAt(1);
        var set = IndexOf("SET", 1);
        if (set < 0)
            return;
        var end = FirstOf(IndexOf("WHERE", set), IndexOf("FROM", set), IndexOf("RETURNING", set), IndexOf("OUTPUT", set));
        for (var i = set + 1; i < end;)
            i = ReadSet(i, end);
        ReadWhere();
    }

    // `column = value`, up to the comma outside of parentheses.
    private int ReadSet(int start, int end)
    {
        var depth = 0;
        var equal = -1;
        var i = start;
        for (; i < end && !(depth == 0 && _tokens[i].IsSign(',')); i++)
        {
            depth += _tokens[i].IsSign('(') ? 1 : _tokens[i].IsSign(')') ? -1 : 0;
            if (equal < 0 && _tokens[i].IsSign('='))
                equal = i;
        }
        if (equal > start && equal + 1 < i && _tokens[equal - 1].Kind == SqlTokenKind.Word)
            Sets.Add((_tokens[equal - 1].Text, TextOf(equal + 1, i)));
        return i + 1;
    }

    private void ReadInsert()
    {
        Kind = SqlKind.Insert;
        var into = IndexOf("INTO", 1);
        if (into < 0)
            return;
        Table = TableAt(into + 1);
        var open = _tokens.FindIndex(into, t => t.IsSign('('));
        for (var i = open + 1; open > 0 && i < _tokens.Count && !_tokens[i].IsSign(')'); i++)
            AddColumn(i, Columns);
    }

    private void ReadWhere()
    {
        var where = IndexOf("WHERE", 1);
        // In an inner select.
        if (where < 0)
            where = _tokens.FindIndex(t => t.Is("WHERE"));
        if (where < 0)
            return;
        var end = _tokens.Count;
        var depth = 0;
        for (var i = where + 1; i < _tokens.Count; i++)
        {
            depth += _tokens[i].IsSign('(') ? 1 : _tokens[i].IsSign(')') ? -1 : 0;
            if (depth < 0 || depth == 0 && Array.Exists(s_ends, _tokens[i].Is))
            {
                end = i;
                break;
            }
            AddColumn(i, WhereColumns);
        }
        if (end > where + 1)
            Where = TextOf(where + 1, end);
    }

    // The last part of a dotted name, unless it is called as a function.
    private void AddColumn(int i, HashSet<string> columns)
    {
        var token = _tokens[i];
        if (token.IsSign('*') && (i == 1 || _tokens[i - 1].IsSign(',') || _tokens[i - 1].IsSign('.')))
            columns.Add("*");
        if (token.Kind != SqlTokenKind.Word || i + 1 < _tokens.Count && (_tokens[i + 1].IsSign('.') || _tokens[i + 1].IsSign('(')))
            return;
        columns.Add(token.Text);
    }

    private string TableAt(int i)
    {
        while (i < _tokens.Count && (_tokens[i].Is("ONLY") || _tokens[i].Is("LOW_PRIORITY") || _tokens[i].Is("OR") || _tokens[i].Is("ROLLBACK")))
            i++;
        while (i + 2 < _tokens.Count && _tokens[i + 1].IsSign('.'))
            i += 2;
        return i < _tokens.Count && _tokens[i].Kind is SqlTokenKind.Word ? _tokens[i].Text : "";
    }

    // Outside of parentheses.
    private int IndexOf(string keyword, int from)
    {
        var depth = 0;
        for (var i = from; i < _tokens.Count; i++)
        {
            depth += _tokens[i].IsSign('(') ? 1 : _tokens[i].IsSign(')') ? -1 : 0;
            if (depth == 0 && _tokens[i].Is(keyword))
                return i;
        }
        return -1;
    }

    private bool Has(string first, string second)
    {
        for (var i = 0; i + 1 < _tokens.Count; i++)
        {
            if (_tokens[i].Is(first) && _tokens[i + 1].Is(second))
                return true;
        }
        return false;
    }

    private int FirstOf(params int[] places)
    {
        var first = _tokens.Count;
        foreach (var place in places)
        {
            if (place >= 0)
                first = Math.Min(first, place);
        }
        return first;
    }

    private string TextOf(int start, int end) => _sql.Substring(_tokens[start].Start, _tokens[end - 1].End - _tokens[start].Start);
}
