using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.EntityFramework;

/// <summary>What keeps others away between the read and the write of a row: isolation, locks, retries.</summary>
internal static class RowGuards
{
    private static readonly Words s_words = Words.Of(
        "Serializable", "RepeatableRead", "Snapshot", "TransactionScope", "DbUpdateConcurrencyException", "*Lock", "*LockAsync", "SemaphoreSlim", "lock", "UPDLOCK", "ISOLATION", "sp_getapplock");

    private static readonly string[] s_lockingSql =
        ["FOR UPDATE", "FOR NO KEY UPDATE", "FOR SHARE", "UPDLOCK", "XLOCK", "HOLDLOCK", "SERIALIZABLE", "REPEATABLE READ", "LEVEL SNAPSHOT", "ADVISORY", "GETAPPLOCK", "GET_LOCK", "BEGIN IMMEDIATE", "BEGIN EXCLUSIVE", "LOCK TABLE", "ROWLOCK, UPD", "TABLOCKX"];

    /// <summary>Whether the SQL locks what it reads, or asks for an isolation level or lock that does.</summary>
    public static bool LocksRows(string sql)
    {
        foreach (var phrase in s_lockingSql)
        {
            if (sql.IndexOf(phrase, StringComparison.OrdinalIgnoreCase) >= 0)
                return true;
        }
        return false;
    }

    /// <summary>Whether something around the operation, or around the calls of its private member, keeps others away.</summary>
    public static bool Cover(IOperation operation, ISymbol owner, KnownTypes types, CancellationToken cancellationToken)
    {
        foreach (var part in operation.Root().DescendantsAndSelf())
        {
            if (IsGuard(part, types))
                return true;
        }
        return IsExclusive(owner) || owner.Member() is { DeclaredAccessibility: Accessibility.Private } member && TypeMentionsGuard(member, cancellationToken);
    }

    // What calls a private member may have opened the transaction.
    private static bool TypeMentionsGuard(ISymbol member, CancellationToken cancellationToken)
    {
        if (member.ContainingType is not { } type)
            return false;
        foreach (var part in type.DeclaringSyntaxReferences)
        {
            if (WordIndex.Of(part.SyntaxTree, cancellationToken).Has(s_words, part.Span))
                return true;
        }
        return false;
    }

    private static bool IsGuard(IOperation part, KnownTypes types) => part switch
    {
        IFieldReferenceOperation { Field: { Name: "Serializable" or "RepeatableRead" or "Snapshot", ContainingType.Name: "IsolationLevel" } } => true,
        IObjectCreationOperation { Type.Name: "TransactionScope" } scope => !AsksReadCommitted(scope),
        ILockOperation => true,
        ICatchClauseOperation clause => clause.ExceptionType.IsOrInherits(types["Microsoft.EntityFrameworkCore.DbUpdateConcurrencyException"]),
        IIsPatternOperation { Pattern.NarrowedType: { } narrowed } => narrowed.IsOrInherits(types["Microsoft.EntityFrameworkCore.DbUpdateConcurrencyException"]),
        IInvocationOperation call => TakesLock(call.TargetMethod),
        ILiteralOperation { ConstantValue: { HasValue: true, Value: string text } } => text.Length > 6 && LocksRows(text),
        IInterpolatedStringTextOperation { Text.ConstantValue: { HasValue: true, Value: string text } } => text.Length > 6 && LocksRows(text),
        _ => false,
    };

    private static bool AsksReadCommitted(IObjectCreationOperation scope)
    {
        foreach (var part in scope.Descendants())
        {
            if (part is IFieldReferenceOperation { Field: { Name: "ReadCommitted" or "ReadUncommitted", ContainingType.Name: "IsolationLevel" } })
                return true;
        }
        return false;
    }

    // A semaphore, or a lock service of whatever library.
    private static bool TakesLock(IMethodSymbol method)
    {
        if (method.ContainingType is { Name: "SemaphoreSlim" or "Semaphore" or "Mutex" or "Monitor" or "AsyncLock" })
            return true;
        if (!(method.Name.StartsWith("Acquire", StringComparison.Ordinal) || method.Name.StartsWith("TryAcquire", StringComparison.Ordinal)
            || method.Name.StartsWith("Lock", StringComparison.Ordinal) || method.Name.StartsWith("TryLock", StringComparison.Ordinal)
            || method.Name.StartsWith("TakeLock", StringComparison.Ordinal) || method.Name.StartsWith("ObtainLock", StringComparison.Ordinal) || method.Name.StartsWith("LockTake", StringComparison.Ordinal)))
        {
            return method.Name.IndexOf("ForUpdate", StringComparison.Ordinal) >= 0 || method.Name.EndsWith("Lock", StringComparison.Ordinal) || method.Name.EndsWith("LockAsync", StringComparison.Ordinal);
        }
        // `user.LockAsync()` of an account that gets locked has no lock in its hands.
        return method.Name.IndexOf("Lock", StringComparison.Ordinal) > 0 || method.ContainingType.Name.IndexOf("Lock", StringComparison.Ordinal) >= 0 || method.ContainingType.Name.IndexOf("Semaphore", StringComparison.Ordinal) >= 0;
    }

    // `[DisableConcurrentExecution]`, `[DisallowConcurrentExecution]`: one at a time comes here.
    private static bool IsExclusive(ISymbol owner)
    {
        for (var symbol = owner; symbol is not null and not INamespaceSymbol; symbol = symbol.ContainingSymbol)
        {
            foreach (var attribute in symbol.GetAttributes())
            {
                if (attribute.AttributeClass?.Name.Contains("ConcurrentExecution") == true)
                    return true;
            }
        }
        return false;
    }
}
