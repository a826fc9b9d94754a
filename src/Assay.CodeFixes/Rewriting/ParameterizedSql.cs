using System.Text;
using Assay.Analyzers.Semantics.Logging;
using Assay.Analyzers.Semantics.Sql;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>A value of an SQL text that becomes a parameter.</summary>
/// <param name="Name">The name of the parameter without a sign before it.</param>
/// <param name="Value">The value.</param>
internal sealed record SqlParameter(string Name, ExpressionSyntax Value);

/// <summary>Takes an SQL text apart into what stays written and the values that parameters can pass.</summary>
internal sealed class ParameterizedSql
{
    private readonly List<(string? Text, SqlParameter? Parameter)> _parts = [];

    private ParameterizedSql()
    {
    }

    public IEnumerable<SqlParameter> Parameters => _parts.Select(p => p.Parameter).OfType<SqlParameter>();

    /// <summary>The text with the names of the parameters in it: <c>… WHERE Sku = @sku</c>.</summary>
    public string NamedText => string.Concat(_parts.Select(p => p.Text ?? "@" + p.Parameter!.Name));

    /// <summary>Reads the text of an expression; null when one of its values is no value in SQL.</summary>
    public static ParameterizedSql? Read(IOperation text)
    {
        if (TextPieces.Of(text) is not { } pieces)
            return null;
        var (result, names, before) = (new ParameterizedSql(), new HoleNames(), new StringBuilder());
        var isOpen = false;
        for (var i = 0; i < pieces.Count; i++)
        {
            var written = pieces[i].Text ?? Constant(pieces[i].Value!);
            if (written is null)
            {
                if (pieces[i].Clause.Length > 0 || !result.AddValue(pieces[i].Value!, before.ToString(), i + 1 < pieces.Count ? pieces[i + 1].Text ?? "" : "", names, out isOpen))
                    return null;
                before.Append('?');
                continue;
            }
            before.Append(written);
            // The apostrophes go with the value that stood between them.
            result._parts.Add((isOpen ? written.Substring(1) : written, null));
            isOpen = false;
        }
        return result._parts.Exists(p => p.Parameter is not null) && SqlPositions.TakesParameters(before.ToString()) ? result : null;
    }

    /// <summary>An interpolated string whose holes are the values; null for a text of several lines that was not one before.</summary>
    public ExpressionSyntax? Interpolated(ExpressionSyntax written)
    {
        var content = new StringBuilder();
        var isVerbatim = written.GetFirstToken().Text is "$@\"" or "@$\"";
        var isRaw = written.GetFirstToken().Text.StartsWith("$\"\"\"", StringComparison.Ordinal);
        foreach (var (text, parameter) in _parts)
        {
            if (text is not null && text.IndexOf('\n') >= 0 && !isVerbatim)
                return null;
            var quoted = isVerbatim ? text?.Replace("\"", "\"\"") : text is null ? null : SymbolDisplay.FormatLiteral(text, quote: true).Trim('"');
            content.Append(quoted?.Replace("{", "{{").Replace("}", "}}") ?? "{" + Hole(parameter!.Value) + "}");
        }
        return isRaw && NamedText.IndexOf('\n') >= 0 ? null : SyntaxFactory.ParseExpression((isVerbatim ? "$@\"" : "$\"") + content + "\"");
    }

    private static string Hole(ExpressionSyntax value) => value is ConditionalExpressionSyntax or AliasQualifiedNameSyntax ? "(" + value + ")" : value.ToString();

    private static string? Constant(IOperation value) => value.ConstantValue is { HasValue: true, Value: { } constant } ? Convert.ToString(constant, System.Globalization.CultureInfo.InvariantCulture) : null;

    private bool AddValue(IOperation value, string before, string after, HoleNames names, out bool isOpen)
    {
        var position = SqlPositions.Between(before, after);
        isOpen = position == SqlPosition.Quoted;
        if (position is not (SqlPosition.Quoted or SqlPosition.Value))
            return false;
        // `LIKE '%{name}%'` would need another value.
        if (isOpen && (!before.EndsWith("'", StringComparison.Ordinal) || !after.StartsWith("'", StringComparison.Ordinal)))
            return false;
        if (isOpen)
            CloseText();
        var expression = LogSyntax.Expression(value);
        var name = names.For(expression);
        _parts.Add((null, new SqlParameter(char.ToLowerInvariant(name[0]) + name.Substring(1), expression)));
        return true;
    }

    private void CloseText()
    {
        var last = _parts[_parts.Count - 1].Text!;
        _parts[_parts.Count - 1] = (last.Substring(0, last.Length - 1), null);
    }
}
