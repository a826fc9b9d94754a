using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Finds names for the holes of a message template: <c>{OrderId}</c> for <c>order.Id</c>.</summary>
internal sealed class HoleNames
{
    // Members that say nothing without what they are a member of.
    private static readonly HashSet<string> s_vague = new(StringComparer.Ordinal)
    {
        "Id", "Name", "Count", "Length", "Key", "Value", "Message", "Type", "Status", "Code", "Version", "Path", "Title", "Number", "Text", "Url", "Host",
        "Port", "Result", "Reason", "Size", "Kind", "State", "Date", "Amount", "Email", "StatusCode", "FullName", "TotalMilliseconds", "TotalSeconds",
    };

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>Keeps a name from being given.</summary>
    public void Take(string name) => _taken.Add(name);

    /// <summary>A name for the value that no other hole has.</summary>
    public string For(ExpressionSyntax value)
    {
        var wish = Pascal(Wish(value));
        if (wish.Length == 0)
            wish = "Value";
        var name = wish;
        for (var number = 2; !_taken.Add(name); number++)
            name = wish + number;
        return name;
    }

    private static string Wish(ExpressionSyntax value) => value switch
    {
        IdentifierNameSyntax { Identifier.ValueText: "ex" or "e" or "exception" } => "error",
        SimpleNameSyntax name => name.Identifier.ValueText,
        ThisExpressionSyntax or BaseExpressionSyntax => "",
        MemberAccessExpressionSyntax access => Member(access.Expression, access.Name.Identifier.ValueText),
        ConditionalAccessExpressionSyntax { WhenNotNull: MemberBindingExpressionSyntax binding } access => Member(access.Expression, binding.Name.Identifier.ValueText),
        ConditionalAccessExpressionSyntax access => Wish(access.Expression),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => Called(access.Expression, access.Name.Identifier.ValueText),
        InvocationExpressionSyntax { Expression: SimpleNameSyntax method } => Verbless(method.Identifier.ValueText),
        ElementAccessExpressionSyntax element => Wish(element.Expression),
        AwaitExpressionSyntax await => Wish(await.Expression),
        ParenthesizedExpressionSyntax parenthesized => Wish(parenthesized.Expression),
        CastExpressionSyntax cast => Wish(cast.Expression),
        PostfixUnaryExpressionSyntax postfix => Wish(postfix.Operand),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression or (int)SyntaxKind.AsExpression } binary => Wish(binary.Left),
        TypeOfExpressionSyntax => "type",
        _ => "",
    };

    private static string Member(ExpressionSyntax owner, string member) =>
        s_vague.Contains(member) && Wish(owner) is { Length: > 0 } name ? Pascal(name) + member : member;

    private static string Called(ExpressionSyntax owner, string method) => method switch
    {
        "ToString" or "ToArray" or "ToList" or "Trim" or "ConfigureAwait" or "ToUpperInvariant" or "ToLowerInvariant" => Wish(owner),
        "Join" => "values",
        _ => Member(owner, Verbless(method)),
    };

    private static string Verbless(string method)
    {
        if (method.Length > 5 && method.EndsWith("Async", StringComparison.Ordinal))
            method = method.Substring(0, method.Length - 5);
        return method.Length > 3 && method.StartsWith("Get", StringComparison.Ordinal) ? method.Substring(3) : method;
    }

    private static string Pascal(string name)
    {
        name = name.StartsWith("m_", StringComparison.Ordinal) || name.StartsWith("s_", StringComparison.Ordinal) ? name.Substring(2) : name;
        name = name.Trim('_');
        return name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name.Substring(1);
    }
}
