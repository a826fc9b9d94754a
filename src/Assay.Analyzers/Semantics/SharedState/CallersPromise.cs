using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>
/// What the comment above a function or a field promises of its users: that they hold a lock, or come on one thread. What the author
/// has thought of and written down is no place to say that nobody did.
/// </summary>
internal static class CallersPromise
{
    private static readonly string[] s_words =
    [
        "lock is held", "lock held", "lock is taken", "lock must be", "locks held", "hold the lock", "holding the lock", "holds the lock", "hold a lock", "holding a lock",
        "under lock", "under the lock", "under a lock", "within lock", "within the lock", "inside lock", "inside the lock", "global lock", "caller must lock", "callers must lock",
        "protected by", "guarded by", "synchronized by", "synchronised by", "only one thread", "single thread", "single-thread", "one thread at a time",
    ];

    private static readonly ConditionalWeakTable<SyntaxNode, object> s_answers = new();
    private static readonly object s_yes = new();
    private static readonly object s_no = new();

    /// <summary>Whether the comment at the declaration speaks of a lock that users hold, or of one thread.</summary>
    public static bool IsMade(ISymbol declared)
    {
        foreach (var reference in declared.DeclaringSyntaxReferences)
        {
            var node = reference.GetSyntax();
            SyntaxNode? whole = node is VariableDeclaratorSyntax ? node.FirstAncestorOrSelf<MemberDeclarationSyntax>() : node;
            if (whole is not null && ReferenceEquals(s_answers.GetValue(whole, Read), s_yes))
                return true;
        }
        return false;
    }

    private static object Read(SyntaxNode declaration)
    {
        var pieces = declaration.GetLeadingTrivia();
        // Behind the head of a function, too.
        if (declaration is BaseMethodDeclarationSyntax { ParameterList: { } parameters })
            pieces = pieces.AddRange(parameters.GetTrailingTrivia());
        foreach (var piece in pieces)
        {
            // Blanks and line ends are shorter than any promise.
            if (piece.FullSpan.Length < 12)
                continue;
            var text = piece.ToFullString();
            foreach (var words in s_words)
            {
                if (text.IndexOf(words, StringComparison.OrdinalIgnoreCase) >= 0)
                    return s_yes;
            }
        }
        return s_no;
    }
}
