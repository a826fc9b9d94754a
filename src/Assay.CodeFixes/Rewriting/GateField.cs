using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Writes the private field that code locks on.</summary>
internal static class GateField
{
    /// <summary>A name for the gate that nothing in the type's text uses; null when all of them are taken.</summary>
    public static string? NameFor(INamedTypeSymbol type, bool isStatic, CancellationToken cancellationToken)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            foreach (var token in reference.GetSyntax(cancellationToken).DescendantTokens())
            {
                if (token.IsKind(SyntaxKind.IdentifierToken))
                    taken.Add(token.ValueText);
            }
        }
        for (var ancestor = type.BaseType; ancestor is not null; ancestor = ancestor.BaseType)
            taken.UnionWith(ancestor.MemberNames);
        var hasStaticPrefix = type.GetMembers().Any(m => m is IFieldSymbol { IsStatic: true, IsConst: false } && m.Name.StartsWith("s_", StringComparison.Ordinal));
        string[] names = isStatic
            ? hasStaticPrefix ? ["s_gate", "s_lock", "s_syncRoot"] : ["_gate", "_staticGate", "_lock"]
            : ["_gate", "_lock", "_syncRoot"];
        return names.FirstOrDefault(name => !taken.Contains(name));
    }

    /// <summary>The part of the type that the gate goes to: the first that has fields, or else the first.</summary>
    public static TypeDeclarationSyntax? HomeIn(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        var parts = type.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellationToken)).OfType<TypeDeclarationSyntax>().ToList();
        return parts.Find(p => p.Members.Any(m => m is FieldDeclarationSyntax)) ?? parts.FirstOrDefault();
    }

    /// <summary>The type declaration with the gate as its first field.</summary>
    public static TypeDeclarationSyntax AddTo(TypeDeclarationSyntax type, string name, bool isStatic, bool isLock, LanguageVersion version, SyntaxTrivia lineEnd) =>
        AddTo(type, Declare(name, isStatic, isLock ? "global::System.Threading.Lock" : "object", "", version), lineEnd);

    /// <summary>The type declaration with the gate as its first field.</summary>
    public static TypeDeclarationSyntax AddTo(TypeDeclarationSyntax type, FieldDeclarationSyntax gate, SyntaxTrivia lineEnd)
    {
        var field = gate.WithTrailingTrivia(lineEnd);
        var index = 0;
        while (index < type.Members.Count && type.Members[index] is not FieldDeclarationSyntax)
            index++;
        if (index == type.Members.Count)
            index = 0;
        if (type.Members.Count == 0)
            return type.AddMembers(field);
        var next = type.Members[index];
        var (blank, own) = SplitBlankLines(next.GetLeadingTrivia());
        var separator = next is FieldDeclarationSyntax ? default : SyntaxTriviaList.Create(lineEnd);
        var moved = type.ReplaceNode(next, next.WithLeadingTrivia(separator.AddRange(own)));
        return moved.WithMembers(moved.Members.Insert(index, field.WithLeadingTrivia(blank)));
    }

    /// <summary>A private field that is made once.</summary>
    public static FieldDeclarationSyntax Declare(string name, bool isStatic, string type, string arguments, LanguageVersion version)
    {
        var value = version >= LanguageVersion.CSharp9 ? $"new({arguments})" : $"new {type}({arguments})";
        var text = $"private {(isStatic ? "static " : "")}readonly {type} {name} = {value};";
        var field = (FieldDeclarationSyntax)SyntaxFactory.ParseMemberDeclaration(text)!;
        return field.ReplaceNodes(field.DescendantNodes().OfType<QualifiedNameSyntax>().Where(n => n.Parent is not QualifiedNameSyntax), (_, name) => name.WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation))
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    private static (SyntaxTriviaList Blank, SyntaxTriviaList Own) SplitBlankLines(SyntaxTriviaList trivia)
    {
        var count = 0;
        for (var i = 0; i < trivia.Count && trivia[i].Kind() is SyntaxKind.EndOfLineTrivia or SyntaxKind.WhitespaceTrivia; i++)
        {
            if (trivia[i].IsKind(SyntaxKind.EndOfLineTrivia))
                count = i + 1;
        }
        return ([.. trivia.Take(count)], [.. trivia.Skip(count)]);
    }
}
