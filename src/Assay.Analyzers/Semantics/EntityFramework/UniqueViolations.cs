using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.EntityFramework;

/// <summary>Whether code expects that a row it adds may be there already.</summary>
internal static class UniqueViolations
{
    private static readonly Words s_words = Words.Of("DbUpdateException", "DbException", "*SqlException", "*SqliteException", "PostgresException", "Unique*");

    /// <summary>Whether a violation is caught around the insert, or others are kept away while it checks.</summary>
    public static bool AreHandled(IOperation insert, ISymbol owner, KnownTypes types, CancellationToken cancellationToken)
    {
        foreach (var operation in insert.Root().DescendantsAndSelf())
        {
            if (operation is ICatchClauseOperation clause && Catches(clause.ExceptionType, types))
                return true;
        }
        return CallersHandle(owner, cancellationToken) || RowGuards.Cover(insert, owner, types, cancellationToken);
    }

    private static bool Catches(ITypeSymbol? caught, KnownTypes types) =>
        caught is not null
        && (caught.IsOrInherits(types["Microsoft.EntityFrameworkCore.DbUpdateException"]) || caught.IsOrInherits(types["System.Data.Common.DbException"])
            || caught.Name.IndexOf("Unique", StringComparison.Ordinal) >= 0 || caught.Name.IndexOf("Duplicate", StringComparison.Ordinal) >= 0);

    // What calls a private member may handle it.
    private static bool CallersHandle(ISymbol owner, CancellationToken cancellationToken)
    {
        if (owner.Member() is not { DeclaredAccessibility: Accessibility.Private, ContainingType: { } type })
            return false;
        foreach (var part in type.DeclaringSyntaxReferences)
        {
            if (WordIndex.Of(part.SyntaxTree, cancellationToken).Has(s_words, part.Span))
                return true;
        }
        return false;
    }
}
