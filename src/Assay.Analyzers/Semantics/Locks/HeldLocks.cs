using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Assay.Analyzers.Semantics.Locks;

/// <summary>
/// Whether one critical section spans two places of a function: a lock statement, a using of a lock, or acquire and release
/// calls. Asked to keep rules silent, so it believes names where a proof would need the whole program, and it reads the text so
/// that it can follow a private method to callers in other files of its type.
/// </summary>
internal static class HeldLocks
{
    private const int MostHops = 3;

    private static readonly string[] s_lockWords =
        ["lock", "locked", "locker", "locking", "mutex", "semaphore", "exclusive", "enter", "acquire", "synchronized", "sync", "guard", "gate"];

    /// <summary>Whether <paramref name="first"/> and the later <paramref name="last"/> lie in one critical section.</summary>
    public static bool Span(SyntaxNode first, SyntaxNode last, INamedTypeSymbol? type, CancellationToken cancellationToken) =>
        SpanInFunction(first, last) || CallersHold(last, type, MostHops, cancellationToken);

    private static bool SpanInFunction(SyntaxNode first, SyntaxNode last)
    {
        var child = last;
        for (var around = last.Parent; around is not null; child = around, around = around.Parent)
        {
            if (around is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax)
                return IsSynchronized(around);
            if (child.Span.Contains(first.Span) && Holds(around, child))
                return true;
            if (around is BlockSyntax or SwitchSectionSyntax or CompilationUnitSyntax && AcquiredBefore(around, first, last))
                return true;
        }
        return false;
    }

    // Whether what stands around the child holds a lock while the child runs.
    private static bool Holds(SyntaxNode around, SyntaxNode child) => around switch
    {
        LockStatementSyntax @lock => @lock.Statement == child,
        UsingStatementSyntax @using => @using.Statement == child && IsLock((SyntaxNode?)@using.Expression ?? @using.Declaration),
        IfStatementSyntax branch => branch.Statement == child && Acquisition(branch.Condition) is not null,
        // WithLock(() => …)
        ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } => child is AnonymousFunctionExpressionSyntax && IsLock(call.Expression),
        _ => false,
    };

    private static bool AcquiredBefore(SyntaxNode block, SyntaxNode first, SyntaxNode last)
    {
        foreach (var node in block.ChildNodes())
        {
            var statement = node is GlobalStatementSyntax global ? global.Statement : node;
            if (statement.SpanStart >= first.SpanStart)
                return false;
            if (statement is LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not 0 } scope && IsLock(scope.Declaration))
                return true;
            if (!statement.Span.Contains(first.Span) && Acquisition(statement) is { } acquired && !IsReleasedBetween(acquired, last))
                return true;
        }
        return false;
    }

    // The first call in the statement that takes a lock whose release stands later in the same function.
    private static InvocationExpressionSyntax? Acquisition(SyntaxNode statement)
    {
        foreach (var node in statement.DescendantNodesAndSelf(n => n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or LockStatementSyntax)))
        {
            if (node is InvocationExpressionSyntax call && IsAcquire(NameOf(call)) && FirstRelease(call) is not null)
                return call;
        }
        return null;
    }

    private static bool IsReleasedBetween(InvocationExpressionSyntax acquired, SyntaxNode last)
    {
        foreach (var release in Releases(acquired))
        {
            if (release.SpanStart < last.SpanStart && !LeavesAfter(release, last))
                return true;
        }
        return false;
    }

    // `if (…) { _gate.Release(); return; }` does not release on the way to the last place.
    private static bool LeavesAfter(SyntaxNode release, SyntaxNode last)
    {
        var block = release.FirstAncestorOrSelf<BlockSyntax>();
        return block is not null && !block.Span.Contains(last.Span)
            && block.Statements.LastOrDefault() is ReturnStatementSyntax or ThrowStatementSyntax or ContinueStatementSyntax or BreakStatementSyntax;
    }

    private static InvocationExpressionSyntax? FirstRelease(InvocationExpressionSyntax acquired)
    {
        foreach (var release in Releases(acquired))
            return release;
        return null;
    }

    private static IEnumerable<InvocationExpressionSyntax> Releases(InvocationExpressionSyntax acquired)
    {
        var function = acquired.FirstAncestorOrSelf<SyntaxNode>(n => n is MemberDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax);
        if (function is null)
            yield break;
        var term = TermOf(acquired);
        foreach (var node in function.DescendantNodes())
        {
            if (node is InvocationExpressionSyntax call && call.SpanStart > acquired.SpanStart && IsRelease(NameOf(call)) && TermOf(call) == term)
                yield return call;
        }
    }

    private static bool IsAcquire(string name) =>
        name is "Enter" or "TryEnter" or "Wait" or "WaitAsync" or "WaitOne" or "EnterWriteLock" or "EnterUpgradeableReadLock" or "TryEnterWriteLock"
            or "EnterReadLock" or "AcquireWriterLock" or "Acquire" or "AcquireAsync" or "Lock" or "LockAsync";

    private static bool IsRelease(string name) =>
        name is "Exit" or "Release" or "ReleaseMutex" or "ExitWriteLock" or "ExitUpgradeableReadLock" or "ExitReadLock" or "ReleaseWriterLock"
            or "ReleaseAsync" or "Unlock" or "UnlockAsync";

    private static string NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        SimpleNameSyntax name => name.Identifier.ValueText,
        _ => "",
    };

    // Monitor names its object in the argument, the others are the object.
    private static string TermOf(InvocationExpressionSyntax call)
    {
        var receiver = call.Expression is MemberAccessExpressionSyntax access ? access.Expression.ToString() : "this";
        var isMonitor = receiver == "Monitor" || receiver.EndsWith(".Monitor", StringComparison.Ordinal);
        return isMonitor && call.ArgumentList.Arguments.Count > 0 ? call.ArgumentList.Arguments[0].Expression.ToString() : receiver;
    }

    private static bool IsLock(SyntaxNode? resource)
    {
        if (resource is null)
            return false;
        foreach (var token in resource.DescendantTokens())
        {
            if (token.IsKind(SyntaxKind.IdentifierToken) && Names(token.ValueText))
                return true;
        }
        return false;
    }

    // By words, for "Block" and "Clock" are no locks.
    private static bool Names(string identifier)
    {
        var start = 0;
        for (var i = 1; i <= identifier.Length; i++)
        {
            if (i < identifier.Length && !char.IsUpper(identifier[i]) && identifier[i - 1] != '_')
                continue;
            var word = identifier.Substring(start, i - start).Trim('_').ToLowerInvariant();
            if (Array.IndexOf(s_lockWords, word) >= 0)
                return true;
            start = i;
        }
        return false;
    }

    private static bool IsSynchronized(SyntaxNode member)
    {
        var lists = member is BaseMethodDeclarationSyntax method ? method.AttributeLists : ((AccessorDeclarationSyntax)member).AttributeLists;
        foreach (var list in lists)
        {
            foreach (var attribute in list.Attributes)
            {
                if (attribute.Name.ToString().Contains("MethodImpl") && attribute.ArgumentList?.ToString().Contains("Synchronized") == true)
                    return true;
            }
        }
        return false;
    }

    // A function that its own type only ever calls inside critical sections runs inside them.
    private static bool CallersHold(SyntaxNode place, INamedTypeSymbol? type, int hops, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (hops == 0 || type is null || NameOfHidden(place.Ancestors().FirstOrDefault(a => a is MethodDeclarationSyntax or LocalFunctionStatementSyntax)) is not { } function)
            return false;
        var isCalled = false;
        foreach (var reference in type.DeclaringSyntaxReferences)
        {
            foreach (var node in reference.GetSyntax(cancellationToken).DescendantNodes())
            {
                if (node is not SimpleNameSyntax name || name.Identifier.ValueText != function)
                    continue;
                isCalled = true;
                if (!IsCall(name) || !(SpanInFunction(name, name) || CallersHold(name, type, hops - 1, cancellationToken)))
                    return false;
            }
        }
        return isCalled;
    }

    // The name of a function that no other type is expected to call.
    private static string? NameOfHidden(SyntaxNode? function) => function switch
    {
        LocalFunctionStatementSyntax local => local.Identifier.ValueText,
        MethodDeclarationSyntax method when !method.Modifiers.Any(m => m.Kind() is SyntaxKind.PublicKeyword) => method.Identifier.ValueText,
        _ => null,
    };

    private static bool IsCall(SimpleNameSyntax name) =>
        name.Parent is InvocationExpressionSyntax || name.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax };
}
