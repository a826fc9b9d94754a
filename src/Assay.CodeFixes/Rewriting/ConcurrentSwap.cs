using Assay.Analyzers.Semantics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Gives a local or a private field a collection that is made for threads, where all its uses have a counterpart.</summary>
internal static class ConcurrentSwap
{
    /// <summary>The fix for the variable; null when a use has no counterpart, or the order of the items may matter.</summary>
    /// <param name="site">The finding.</param>
    /// <param name="variable">The local or field.</param>
    /// <param name="isUnordered">Whether the items have no order anyway, so that a list may become a bag.</param>
    public static async Task<Fix?> ProposeAsync(FixSite site, ISymbol variable, bool isUnordered, CancellationToken cancellationToken)
    {
        if (variable.DeclaringSyntaxReferences.Length != 1 || await variable.DeclaringSyntaxReferences[0].GetSyntaxAsync(cancellationToken).ConfigureAwait(false) is not VariableDeclaratorSyntax declarator)
            return null;
        if (declarator.SyntaxTree != site.Root.SyntaxTree || declarator.Parent is not VariableDeclarationSyntax { Variables.Count: 1 } declaration || declarator.Initializer is null)
            return null;
        if (variable is IFieldSymbol field && (field.DeclaredAccessibility != Accessibility.Private || field.ContainingType.DeclaringSyntaxReferences.Length != 1))
            return null;
        var type = (variable as IFieldSymbol)?.Type ?? (variable as ILocalSymbol)?.Type;
        if (Counterpart(type?.Name, isUnordered) is not { } name)
            return null;
        var edits = new Dictionary<SyntaxNode, Func<SyntaxNode, SyntaxNode>>();
        if (!AddUses(edits, declarator, variable, name, site.Model, cancellationToken))
            return null;
        foreach (var generic in declaration.DescendantNodes(n => n is not ArgumentListSyntax and not InitializerExpressionSyntax).OfType<GenericNameSyntax>())
        {
            if (generic.Identifier.ValueText == type!.Name)
                edits[Qualified(generic)] = current => Renamed(generic, name).WithTriviaFrom(current);
        }
        var root = site.Root.ReplaceNodes(edits.Keys, (original, current) => edits[original](current));
        var fix = site.Rewrite($"Make it a {name}", root);
        return await CompileCheck.KeepsCompilingAsync(site.Solution, fix.Changed, [site.Document.Id], cancellationToken).ConfigureAwait(false) ? fix : null;
    }

    private static string? Counterpart(string? type, bool isUnordered) => type switch
    {
        "Dictionary" => "ConcurrentDictionary",
        "Queue" => "ConcurrentQueue",
        "Stack" => "ConcurrentStack",
        "List" when isUnordered => "ConcurrentBag",
        _ => null,
    };

    private static SyntaxNode Qualified(GenericNameSyntax generic) =>
        generic.Parent is QualifiedNameSyntax qualified && qualified.Right == generic ? qualified : generic;

    private static QualifiedNameSyntax Renamed(GenericNameSyntax generic, string name) =>
        SyntaxFactory.QualifiedName(SyntaxFactory.ParseName("global::System.Collections.Concurrent"), generic.WithoutTrivia().WithIdentifier(SyntaxFactory.Identifier(name)))
            .WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation);

    private static bool AddUses(Dictionary<SyntaxNode, Func<SyntaxNode, SyntaxNode>> edits, VariableDeclaratorSyntax declarator, ISymbol variable, string name, SemanticModel model, CancellationToken cancellationToken)
    {
        SyntaxNode scope = declarator.FirstAncestorOrSelf<MemberDeclarationSyntax>(m => m is not GlobalStatementSyntax) ?? declarator.SyntaxTree.GetRoot(cancellationToken);
        if (variable is IFieldSymbol)
            scope = scope.Parent!;
        foreach (var identifier in scope.DescendantNodes().OfType<IdentifierNameSyntax>())
        {
            if (identifier.Identifier.ValueText != variable.Name || !model.GetSymbolInfo(identifier, cancellationToken).Symbol.Is(variable))
                continue;
            if (!AddUse(edits, identifier, name))
                return false;
        }
        return true;
    }

    private static bool AddUse(Dictionary<SyntaxNode, Func<SyntaxNode, SyntaxNode>> edits, IdentifierNameSyntax identifier, string name)
    {
        ExpressionSyntax whole = identifier.Parent is MemberAccessExpressionSyntax outer && outer.Name == identifier ? outer : identifier;
        switch (whole.Parent)
        {
            case ForEachStatementSyntax:
            case ElementAccessExpressionSyntax when name == "ConcurrentDictionary":
            case ArgumentSyntax when name != "ConcurrentDictionary":
            case ReturnStatementSyntax or ArrowExpressionClauseSyntax:
                return true;
            case MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } member:
                return AddCall(edits, call, member, name);
            case MemberAccessExpressionSyntax member:
                return member.Name.Identifier.ValueText is "Count" or "Keys" or "Values";
            default:
                return false;
        }
    }

    // What has another name, or another result, among the concurrent collections.
    private static bool AddCall(Dictionary<SyntaxNode, Func<SyntaxNode, SyntaxNode>> edits, InvocationExpressionSyntax call, MemberAccessExpressionSyntax member, string name)
    {
        var isStatement = call.Parent is ExpressionStatementSyntax or ArrowExpressionClauseSyntax or LambdaExpressionSyntax;
        switch (name, member.Name.Identifier.ValueText)
        {
            case ("ConcurrentDictionary", "Add") when isStatement:
                edits[call] = current => Called((InvocationExpressionSyntax)current, "TryAdd");
                return true;
            case ("ConcurrentDictionary", "Remove") when call.ArgumentList.Arguments.Count == 1:
                edits[call] = current => WithDiscard(Called((InvocationExpressionSyntax)current, "TryRemove"));
                return true;
            case ("ConcurrentDictionary", "Remove"):
                edits[call] = current => Called((InvocationExpressionSyntax)current, "TryRemove");
                return true;
            // Methods that the counterpart lacks do not compile, which is checked; these would compile and mean something else.
            case ("ConcurrentBag", "Reverse" or "First" or "Last" or "ElementAt" or "Skip" or "Take"):
                return false;
            default:
                return true;
        }
    }

    private static InvocationExpressionSyntax Called(InvocationExpressionSyntax call, string method) =>
        call.WithExpression(((MemberAccessExpressionSyntax)call.Expression).WithName(SyntaxFactory.IdentifierName(method)));

    private static InvocationExpressionSyntax WithDiscard(InvocationExpressionSyntax call)
    {
        var discard = SyntaxFactory.Argument(SyntaxFactory.ParseExpression("_")).WithRefKindKeyword(SyntaxFactory.Token(SyntaxKind.OutKeyword).WithTrailingTrivia(SyntaxFactory.Space));
        return call.WithArgumentList(call.ArgumentList.AddArguments(discard).WithSeparatorSpaces()).WithAdditionalAnnotations(Formatter.Annotation);
    }
}
