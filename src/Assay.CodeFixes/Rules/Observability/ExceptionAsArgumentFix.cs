using System.Composition;
using Assay.Analyzers.Rules.Observability;
using Assay.Analyzers.Semantics.Logging;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rules.Observability;

/// <summary>Moves the exception to the parameter that is made for it; a hole at the end of the text goes with it, one in the middle gets the message.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ExceptionAsArgumentFix)), Shared]
public sealed class ExceptionAsArgumentFix() : RuleFix(ExceptionAsArgument.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) =>
        Task.FromResult(Propose(site, cancellationToken));

    private static Fix? Propose(FixSite site, CancellationToken cancellationToken)
    {
        if (LogSyntax.At(site, cancellationToken) is not var (call, line) || line is not { Text: { } text, SeesAllValues: true })
            return null;
        var textAt = LogSyntax.IndexOf(call, text);
        var value = line.Values.FirstOrDefault(v => v.Syntax.Span == site.Node.Span);
        var valueAt = value is null ? -1 : call.ArgumentList.Arguments.IndexOf(a => a.Expression.Span == value.Syntax.Span);
        // A format provider stands before the text, and there the exception is not allowed.
        if (textAt < 0 || valueAt <= textAt || call.ArgumentList.Arguments[textAt].Expression is not LiteralExpressionSyntax literal
            || line.Call.TargetMethod.Parameters.Any(p => p.Type.Name == "IFormatProvider"))
            return null;
        var exception = call.ArgumentList.Arguments[valueAt].Expression.WithoutTrivia();
        if (Without(line, line.Values.IndexOf(value!)) is not { } shortened)
        {
            // A hole in the middle of a sentence would leave a gap.
            return line.Library == LogLibrary.Log4Net ? null : Moved(site, call, textAt, exception, call.ArgumentList.Arguments.Skip(textAt).Select((a, i) => i == valueAt - textAt ? Message(exception) : a.Expression));
        }
        var template = LogSyntax.Literal(shortened, literal);
        if (template is null)
            return null;
        var rest = call.ArgumentList.Arguments.Skip(textAt + 1).Where((_, i) => i != valueAt - textAt - 1).Select(a => a.Expression);
        if (line.Library == LogLibrary.Log4Net)
            return rest.Any() ? null : Log4Net(site, call, line, template, exception);
        return Moved(site, call, textAt, exception, rest.Prepend(template));
    }

    private static Fix Moved(FixSite site, InvocationExpressionSyntax call, int textAt, ExpressionSyntax exception, IEnumerable<ExpressionSyntax> tail) =>
        site.Replace("Pass the exception as the exception", call, call.WithArgumentList(LogSyntax.WithTail(call.ArgumentList, textAt, tail.Select(e => e.WithoutTrivia()).Prepend(exception))));

    // `ErrorFormat("Failed: {0}", ex)` becomes `Error("Failed", ex)`.
    private static Fix? Log4Net(FixSite site, InvocationExpressionSyntax call, LogLine line, ExpressionSyntax text, ExpressionSyntax exception)
    {
        if (call.Expression is not MemberAccessExpressionSyntax access || line.ConstantText is null || text.ToString().Contains('{'))
            return null;
        var name = line.Call.TargetMethod.Name;
        var plain = SyntaxFactory.IdentifierName(name.Substring(0, name.Length - "Format".Length)).WithTriviaFrom(access.Name);
        return site.Replace("Pass the exception as the exception", call, call
            .WithExpression(access.WithName(plain))
            .WithArgumentList(LogSyntax.WithTail(call.ArgumentList, 0, [text, exception])));
    }

    private static ExpressionSyntax Message(ExpressionSyntax exception)
    {
        var owner = exception is SimpleNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax or ElementAccessExpressionSyntax
            ? exception
            : SyntaxFactory.ParenthesizedExpression(exception);
        return SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, owner, SyntaxFactory.IdentifierName("Message"));
    }

    // The text without the hole of the value; null when the hole stands in the middle, or numbers would no longer fit.
    private static string? Without(LogLine line, int index)
    {
        var text = line.ConstantText!;
        var template = MessageTemplate.Parse(text);
        var isNumbered = template.IsNumbered && line.Library != LogLibrary.Microsoft;
        if (isNumbered)
        {
            var holes = template.Holes.Where(h => h.Number == index).ToList();
            if (holes.Count == 0 && index == line.Values.Length - 1)
                return text;
            return holes.Count == 1 && index == line.Values.Length - 1 ? WithoutEnd(text, holes[0]) : null;
        }
        return index >= template.Holes.Length ? text : WithoutEnd(text, template.Holes[index]);
    }

    private static string? WithoutEnd(string text, TemplateHole hole)
    {
        if (text.Substring(hole.Start + hole.Length).Trim(' ', '.', '!', ')', ']', '\'', '"', '\r', '\n').Length > 0)
            return null;
        var end = text.Substring(hole.Start + hole.Length).TrimEnd('\r', '\n').EndsWith(".", StringComparison.Ordinal) ? "." : "";
        var kept = text.Substring(0, hole.Start).TrimEnd(' ', ':', '-', ',', '(', '[', '\'', '"', '=', '\r', '\n');
        foreach (var word in new[] { "exception", "ex", "error" })
        {
            // `… failed, exception: {0}`
            if (kept.EndsWith(" " + word, StringComparison.OrdinalIgnoreCase) && kept.Substring(0, kept.Length - word.Length).TrimEnd(' ') is var before && before.EndsWith(",", StringComparison.Ordinal) | before.EndsWith(".", StringComparison.Ordinal) | before.EndsWith(":", StringComparison.Ordinal))
                kept = before.TrimEnd(' ', ',', ':', '.');
        }
        return kept.Length == 0 ? null : kept + (kept.EndsWith(".", StringComparison.Ordinal) ? "" : end);
    }
}
