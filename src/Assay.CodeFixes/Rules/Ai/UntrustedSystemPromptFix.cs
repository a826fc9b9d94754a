using System.Composition;
using Assay.Analyzers.Rules.Ai;
using Assay.Analyzers.Semantics.Ai;
using Assay.Analyzers.Semantics.Logging;
using Assay.CodeFixes.Rewriting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Assay.CodeFixes.Rules.Ai;

/// <summary>Sends what stood at the end of the system prompt as a user message after it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UntrustedSystemPromptFix)), Shared]
public sealed class UntrustedSystemPromptFix() : RuleFix(UntrustedSystemPrompt.Descriptor)
{
    private protected override Task<Fix?> ProposeAsync(FixSite site, CancellationToken cancellationToken) =>
        Task.FromResult(Propose(site, cancellationToken));

    private static Fix? Propose(FixSite site, CancellationToken cancellationToken)
    {
        if (Message(site, cancellationToken) is not var (message, text) || site.Model.GetOperation(text, cancellationToken) is not { } operation)
            return null;
        if (TextPieces.Of(operation) is not { } pieces || Leading(pieces, site.Node) is not { } leading)
            return null;
        var value = ((ExpressionSyntax)site.Node).WithoutTrivia();
        if (UserMessage(message, text, value) is not { } added)
            return null;
        var literal = SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(leading));
        var kept = message.ReplaceNode(text, literal.WithTriviaFrom(text));
        return Beside(site, message, kept, added) is { } root ? site.Rewrite("Move the value to a user message", root) : null;
    }

    // The creation or call that makes the message, and its text.
    private static (ExpressionSyntax Message, ExpressionSyntax Text)? Message(FixSite site, CancellationToken cancellationToken)
    {
        foreach (var node in site.Node.Ancestors())
        {
            if (node is StatementSyntax)
                return null;
            if (node is not (InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax) || site.Model.GetOperation(node, cancellationToken) is not { } operation)
                continue;
            if (Prompts.Read(operation) is { Role: PromptRole.System, Text.Syntax: ExpressionSyntax text } && text.Span.Contains(site.Node.Span))
                return ((ExpressionSyntax)node, text);
        }
        return null;
    }

    // The text before the value, when nothing but punctuation follows it.
    private static string? Leading(List<TextPiece> pieces, SyntaxNode value)
    {
        var text = "";
        for (var i = 0; i < pieces.Count; i++)
        {
            if (pieces[i].Text is { } written)
            {
                text += written;
                continue;
            }
            if (pieces[i].Value!.Syntax.Span != value.Span || pieces[i].Clause.Length > 0 || !pieces.Skip(i + 1).All(p => p.Text is { } rest && rest.All(c => !char.IsLetterOrDigit(c))))
                return null;
            text = text.TrimEnd(' ', '\n', '\r', '"', '\'', '`', '<', '(');
            return text.Length > 0 && text.IndexOf('\n') < 0 ? text : null;
        }
        return null;
    }

    private static ExpressionSyntax? UserMessage(ExpressionSyntax message, ExpressionSyntax text, ExpressionSyntax value)
    {
        switch (message)
        {
            case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call when call.ArgumentList.Arguments.Count == 1:
                var name = access.Name.Identifier.ValueText.Replace("System", "User").Replace("Developer", "User");
                return call.WithExpression(access.WithName(SyntaxFactory.IdentifierName(name))).ReplaceNode(call.ArgumentList.Arguments[0].Expression, value);
            case BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: 2 } arguments } creation when arguments[0].Expression is MemberAccessExpressionSyntax { Name: IdentifierNameSyntax role }:
                return creation.ReplaceNodes([role, text], (old, _) => old == role ? SyntaxFactory.IdentifierName("User") : value);
            case ObjectCreationExpressionSyntax { ArgumentList.Arguments.Count: 1, Type: var type } creation:
                return creation.WithType(SyntaxFactory.ParseTypeName(type.ToString().Replace("SystemChat", "UserChat").Replace("DeveloperChat", "UserChat")).WithTriviaFrom(type)).ReplaceNode(creation.ArgumentList!.Arguments[0].Expression, value);
            default:
                return null;
        }
    }

    // The message with the added one after it: in a list, or as a statement of its own.
    private static SyntaxNode? Beside(FixSite site, ExpressionSyntax message, ExpressionSyntax kept, ExpressionSyntax added)
    {
        SyntaxNode element = message.Parent is ExpressionElementSyntax or ArgumentSyntax ? message.Parent : message;
        added = added.WithoutTrivia().WithAdditionalAnnotations(Formatter.Annotation);
        switch (element)
        {
            case ExpressionElementSyntax { Parent: CollectionExpressionSyntax list } own:
                return site.Root.ReplaceNode(list, list.WithElements(Insert(list.Elements, own, SyntaxFactory.ExpressionElement(kept), SyntaxFactory.ExpressionElement(added))));
            case ExpressionSyntax { Parent: InitializerExpressionSyntax { RawKind: (int)SyntaxKind.CollectionInitializerExpression or (int)SyntaxKind.ArrayInitializerExpression } list } own:
                return site.Root.ReplaceNode(list, list.WithExpressions(Insert(list.Expressions, own, kept, added)));
            case ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Add" }, Parent: ExpressionStatementSyntax statement } }:
                return InsertStatement(site.Root, statement, message, kept, added);
            case InvocationExpressionSyntax { Parent: ExpressionStatementSyntax statement }:
                return InsertStatement(site.Root, statement, message, kept, added);
            default:
                return null;
        }
    }

    // The comma and the line end after the element serve the added one, too.
    private static SeparatedSyntaxList<T> Insert<T>(SeparatedSyntaxList<T> list, T element, T kept, T added)
        where T : SyntaxNode
    {
        var items = list.GetWithSeparators().ToList();
        var at = items.FindIndex(i => i.AsNode() == element);
        var hasComma = at + 1 < items.Count;
        var comma = hasComma ? items[at + 1].AsToken() : SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
        added = added.WithLeadingTrivia(element.GetLeadingTrivia()).WithTrailingTrivia(element.GetTrailingTrivia());
        items[at] = hasComma ? kept : kept.WithTrailingTrivia();
        items.InsertRange(at + 1, hasComma ? [comma, added] : [comma, added.WithLeadingTrivia()]);
        return SyntaxFactory.SeparatedList<T>(items);
    }

    private static SyntaxNode? InsertStatement(SyntaxNode root, ExpressionStatementSyntax statement, ExpressionSyntax message, ExpressionSyntax kept, ExpressionSyntax added)
    {
        if (statement.Parent is not BlockSyntax)
            return null;
        var next = statement.ReplaceNode(message, added).WithLeadingTrivia().WithAdditionalAnnotations(Formatter.Annotation);
        return root.ReplaceNode(statement, [statement.ReplaceNode(message, kept), next]);
    }
}
