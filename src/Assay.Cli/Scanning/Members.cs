using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Assay.Cli.Scanning;

/// <summary>Names the member around a place by its syntax, which costs no binding and survives moved lines.</summary>
internal static class Members
{
    /// <summary>The names of the types and the member around the span, joined by dots; empty at the top level.</summary>
    public static string Around(SyntaxNode root, TextSpan span)
    {
        if (!root.FullSpan.Contains(span))
            return "";
        var names = root.FindNode(span).AncestorsAndSelf().Select(Name).OfType<string>().Reverse();
        return string.Join('.', names);
    }

    private static string? Name(SyntaxNode node) => node switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier.Text,
        DelegateDeclarationSyntax type => type.Identifier.Text,
        MethodDeclarationSyntax method => method.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        DestructorDeclarationSyntax destructor => "~" + destructor.Identifier.Text,
        PropertyDeclarationSyntax property => property.Identifier.Text,
        EventDeclarationSyntax @event => @event.Identifier.Text,
        IndexerDeclarationSyntax => "this[]",
        OperatorDeclarationSyntax @operator => "operator " + @operator.OperatorToken.Text,
        ConversionOperatorDeclarationSyntax => "operator",
        LocalFunctionStatementSyntax local => local.Identifier.Text,
        VariableDeclaratorSyntax { Parent.Parent: BaseFieldDeclarationSyntax } field => field.Identifier.Text,
        _ => null,
    };
}
