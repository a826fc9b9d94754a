using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.CodeFixes.Rewriting;

/// <summary>Adds using directives for extension methods, which no name in the code would import.</summary>
internal static class Imports
{
    /// <summary>The unit with <c>using <paramref name="name"/>;</c>, in the alphabetical place among its imports.</summary>
    public static CompilationUnitSyntax Add(CompilationUnitSyntax unit, string name)
    {
        if (unit.Usings.Any(u => u.Alias is null && u.Name?.ToString() == name))
            return unit;
        var lineEnd = LineEndOf(unit);
        var directive = SyntaxFactory.UsingDirective(SyntaxFactory.ParseName(name).WithLeadingTrivia(SyntaxFactory.Space)).WithTrailingTrivia(lineEnd);
        if (unit.Usings.Count == 0)
            return AddFirst(unit, directive, lineEnd);
        var index = unit.Usings.TakeWhile(u => u.Alias is null && u.StaticKeyword.IsKind(SyntaxKind.None) && Compare(u.Name!.ToString(), name) < 0).Count();
        if (index > 0)
            return unit.WithUsings(unit.Usings.Insert(index, directive));
        // What stands above the first import, such as a licence, stays above.
        var first = unit.Usings[0];
        var moved = unit.Usings.Replace(first, first.WithoutLeadingTrivia()).Insert(0, directive.WithLeadingTrivia(first.GetLeadingTrivia()));
        return unit.WithUsings(moved);
    }

    private static CompilationUnitSyntax AddFirst(CompilationUnitSyntax unit, UsingDirectiveSyntax directive, SyntaxTrivia lineEnd)
    {
        var token = unit.GetFirstToken(includeZeroWidth: true);
        var bare = unit.ReplaceToken(token, token.WithLeadingTrivia(token.LeadingTrivia.Insert(0, lineEnd)));
        return bare.WithUsings(SyntaxFactory.SingletonList(directive));
    }

    private static int Compare(string one, string other)
    {
        var order = IsSystem(other).CompareTo(IsSystem(one));
        return order != 0 ? order : string.CompareOrdinal(one, other);
    }

    private static bool IsSystem(string name) => name == "System" || name.StartsWith("System.", StringComparison.Ordinal);

    private static SyntaxTrivia LineEndOf(CompilationUnitSyntax unit)
    {
        foreach (var trivia in unit.DescendantTrivia())
        {
            if (trivia.IsKind(SyntaxKind.EndOfLineTrivia))
                return trivia;
        }
        return SyntaxFactory.LineFeed;
    }
}
