using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Grading.Batch.Similarity;

/// <summary>
/// C# without what a copier changes at no cost: own names, literals, layout, comments, access modifiers, braces, <c>this.</c>, <c>var</c> or a type, an arrow or a block. What others named
/// (the framework's and the contract's members) stays, for that is how two people's work differs. Walks no tree recursively: a submission may be as deep as the compiler bears.
/// </summary>
internal static class NormalForm
{
    private const string OwnName = "name";

    /// <summary>The members of all files.</summary>
    public static IReadOnlyList<SyntaxUnit> Of(IEnumerable<FileRecord> files)
    {
        var roots = files.Select(file => (file.Path, Root: CSharpSyntaxTree.ParseText(file.Text).GetRoot())).ToArray();
        var own = roots.SelectMany(file => file.Root.DescendantNodes()).SelectMany(DeclaredBy).ToHashSet(StringComparer.Ordinal);
        return [.. roots.SelectMany(file => file.Root.DescendantNodes().Where(node => IsUnit(node) && !IsSignature(node)).Select(unit => UnitOf(file.Path, unit, own)))];
    }

    private static SyntaxUnit UnitOf(string path, SyntaxNode unit, HashSet<string> own)
    {
        var words = new List<ulong>();
        var lines = new List<int>();
        var text = unit.SyntaxTree.GetText();
        foreach (var token in unit.DescendantTokens(node => node == unit || !(IsUnit(node) || IsLeftOut(node))))
        {
            if (WordOf(token, own) is not { } word)
                continue;
            words.Add(Fnv.Of(word));
            lines.Add(text.Lines.GetLineFromPosition(token.SpanStart).LineNumber + 1);
        }

        return new SyntaxUnit(path, NameOf(unit), [.. words], [.. lines]);
    }

    /// <summary>Members and local functions stand for themselves, so that none of them is bound to its place.</summary>
    private static bool IsUnit(SyntaxNode node) =>
        node is BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or BaseFieldDeclarationSyntax or LocalFunctionStatementSyntax or GlobalStatementSyntax or TypeDeclarationSyntax;

    /// <summary>A member without a body is a promise, and those are given: a contract pasted into a submission is nobody's work.</summary>
    private static bool IsSignature(SyntaxNode unit) => unit is MethodDeclarationSyntax { Body: null, ExpressionBody: null };

    /// <summary>Types that the compiler could have inferred, and attributes.</summary>
    private static bool IsLeftOut(SyntaxNode node) => node is AttributeListSyntax || node.Parent switch
    {
        VariableDeclarationSyntax { Parent: not BaseFieldDeclarationSyntax } declaration => declaration.Type == node,
        ForEachStatementSyntax loop => loop.Type == node,
        DeclarationExpressionSyntax declaration => declaration.Type == node,
        ObjectCreationExpressionSyntax creation => creation.Type == node,
        _ => false,
    };

    private static string? WordOf(SyntaxToken token, HashSet<string> own)
    {
        if (token.Parent is { } parent && IsFree(token, parent))
            return null;
        return token.Kind() switch
        {
            SyntaxKind.IdentifierToken => own.Contains(token.ValueText) ? OwnName : token.ValueText,
            SyntaxKind.NumericLiteralToken => "0",
            SyntaxKind.CharacterLiteralToken => "''",
            SyntaxKind.StringLiteralToken or SyntaxKind.InterpolatedStringTextToken or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken => "\"\"",
            SyntaxKind.EqualsGreaterThanToken when token.Parent is ArrowExpressionClauseSyntax arrow => GivesValue(arrow) ? "return" : null,
            _ => token.Text,
        };
    }

    /// <summary>Words that can be put in or left out without another meaning.</summary>
    private static bool IsFree(SyntaxToken token, SyntaxNode parent) => token.Kind() switch
    {
        SyntaxKind.OpenBraceToken or SyntaxKind.CloseBraceToken or SyntaxKind.GetKeyword => true,
        SyntaxKind.OpenParenToken or SyntaxKind.CloseParenToken => parent is ParenthesizedExpressionSyntax,
        SyntaxKind.ThisKeyword => parent.Parent is MemberAccessExpressionSyntax access && access.Expression == parent,
        SyntaxKind.DotToken => parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax },
        SyntaxKind.ExclamationToken => parent.IsKind(SyntaxKind.SuppressNullableWarningExpression),
        SyntaxKind.QuestionToken => parent is NullableTypeSyntax,
        var kind => (parent is MemberDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax) && IsModifier(kind),
    };

    private static bool IsModifier(SyntaxKind kind) =>
        kind is SyntaxKind.PublicKeyword or SyntaxKind.PrivateKeyword or SyntaxKind.ProtectedKeyword or SyntaxKind.InternalKeyword or SyntaxKind.SealedKeyword or SyntaxKind.StaticKeyword
            or SyntaxKind.ReadOnlyKeyword or SyntaxKind.VirtualKeyword or SyntaxKind.OverrideKeyword or SyntaxKind.PartialKeyword or SyntaxKind.NewKeyword;

    private static bool GivesValue(ArrowExpressionClauseSyntax arrow) => arrow.Parent switch
    {
        MethodDeclarationSyntax method => !IsVoid(method.ReturnType),
        LocalFunctionStatementSyntax function => !IsVoid(function.ReturnType),
        AccessorDeclarationSyntax accessor => accessor.IsKind(SyntaxKind.GetAccessorDeclaration),
        ConstructorDeclarationSyntax or DestructorDeclarationSyntax => false,
        _ => true,
    };

    private static bool IsVoid(TypeSyntax type) => type is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword };

    private static IEnumerable<string> DeclaredBy(SyntaxNode node) => node switch
    {
        BaseTypeDeclarationSyntax type => [type.Identifier.ValueText],
        DelegateDeclarationSyntax type => [type.Identifier.ValueText],
        MethodDeclarationSyntax method => [method.Identifier.ValueText],
        LocalFunctionStatementSyntax function => [function.Identifier.ValueText],
        PropertyDeclarationSyntax property => [property.Identifier.ValueText],
        EventDeclarationSyntax one => [one.Identifier.ValueText],
        EnumMemberDeclarationSyntax member => [member.Identifier.ValueText],
        VariableDeclaratorSyntax variable => [variable.Identifier.ValueText],
        ParameterSyntax parameter => [parameter.Identifier.ValueText],
        TypeParameterSyntax parameter => [parameter.Identifier.ValueText],
        SingleVariableDesignationSyntax variable => [variable.Identifier.ValueText],
        ForEachStatementSyntax loop => [loop.Identifier.ValueText],
        CatchDeclarationSyntax caught => [caught.Identifier.ValueText],
        TupleElementSyntax element => [element.Identifier.ValueText],
        NameColonSyntax { Parent: ArgumentSyntax { Parent: TupleExpressionSyntax } } name => [name.Name.Identifier.ValueText],
        FromClauseSyntax from => [from.Identifier.ValueText],
        LetClauseSyntax let => [let.Identifier.ValueText],
        LabeledStatementSyntax label => [label.Identifier.ValueText],
        UsingDirectiveSyntax { Alias: { } alias } => [alias.Name.Identifier.ValueText],
        NamespaceDeclarationSyntax or FileScopedNamespaceDeclarationSyntax => ((BaseNamespaceDeclarationSyntax)node).Name.DescendantTokens().Select(token => token.ValueText),
        _ => [],
    };

    private static string NameOf(SyntaxNode unit) => unit switch
    {
        MethodDeclarationSyntax method => method.Identifier.ValueText,
        LocalFunctionStatementSyntax function => function.Identifier.ValueText,
        PropertyDeclarationSyntax property => property.Identifier.ValueText,
        EventDeclarationSyntax one => one.Identifier.ValueText,
        TypeDeclarationSyntax type => type.Identifier.ValueText,
        BaseFieldDeclarationSyntax field => field.Declaration.Variables[0].Identifier.ValueText,
        BaseMethodDeclarationSyntax method => method switch
        {
            ConstructorDeclarationSyntax constructor => $"{constructor.Identifier.ValueText}()",
            DestructorDeclarationSyntax destructor => $"~{destructor.Identifier.ValueText}()",
            _ => "operator",
        },
        IndexerDeclarationSyntax => "this[]",
        _ => "top level",
    };
}
