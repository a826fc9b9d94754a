using System.Collections.Immutable;
using Assay.Analyzers.Semantics;
using Assay.Analyzers.Semantics.SharedState;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Rules.SharedState;

/// <summary>Finds a lock that some way out of the function leaves held, exceptions included.</summary>
public sealed class LockLeak() : LockProtocolCheck(Descriptor)
{
    public static readonly DiagnosticDescriptor Descriptor = Rule.Declare(
        id: "ASSAY2013",
        category: Category.SharedState,
        defaultSeverity: DiagnosticSeverity.Warning,
        title: "A lock is not released on every way out",
        messageFormat: "'{0}' stays held {1}, and whoever needs it next waits for ever");

    /// <summary>The property of a finding that holds the release call as the code writes it.</summary>
    public const string ReleaseProperty = "Release";

    internal override void Check(TypeLocks locks, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        foreach (var function in locks.Functions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var site in function.Sites)
            {
                // The release may be what is being typed.
                if (site is { IsAcquire: true, Key: { } key } && !IsUnfinished(site) && Leak(site, key, function, locks) is { } finding)
                    report(finding);
            }
        }
    }

    private static bool IsUnfinished(LockSite site) =>
        site.Syntax.FirstAncestorOrSelf<MemberDeclarationSyntax>(m => m is not GlobalStatementSyntax)?.ContainsDiagnostics != false && site.Syntax.SyntaxTree.GetRoot().ContainsDiagnostics;

    private static Diagnostic? Leak(LockSite site, string key, LockingFunction function, TypeLocks locks)
    {
        if (!function.Sites.Any(other => !other.IsAcquire && other.Key == key))
            return NeverReleased(site, key, function, locks);
        // The function gives its caller's lock back for a while.
        if (!function.Sites.First(other => other.Key == key).IsAcquire)
            return null;
        // Another function gives it back: the lock outlives this one on purpose.
        if (locks.Wrappers.IsReleasedElsewhere(key, function.Symbol) || IsSpreadOverLoops(site, key, function))
            return null;
        var ends = (function.Flow?.Ends ?? []).Where(end => end.Site == site && !IsHandedOut(end)).ToList();
        // A way out that the code takes itself says more than an exception.
        var end = ends.Find(e => !e.IsThrown && e.End is null or { Kind: not OperationKind.Await }) ?? ends.Find(e => !e.IsThrown) ?? ends.OrderBy(e => e.End?.Syntax.SpanStart ?? 0).FirstOrDefault();
        if (end is null || function.Sites.Any(other => !other.IsAcquire && other.Key == key && IsConditionalEnd(other.Call.Call)))
            return null;
        var place = end.End?.Syntax.GetLocation();
        var release = function.Sites.First(other => !other.IsAcquire && other.Key == key).Syntax.ToString();
        return Descriptor.At(
            site.Syntax.GetLocation(),
            DiagnosticSeverity.Warning,
            place is null ? [] : [place],
            ImmutableDictionary<string, string?>.Empty.Add(ReleaseProperty, release),
            site.Text,
            When(end, function));
    }

    private static Diagnostic? NeverReleased(LockSite site, string key, LockingFunction function, TypeLocks locks)
    {
        // Semaphores count and signal, and a process may own a mutex for as long as it runs.
        if (site.Type is "SemaphoreSlim" or "Mutex" || site.IsTry || locks.Wrappers.IsReleasedAnywhere(key))
            return null;
        // A lock that other types can name may be released by them, and so may one that a subclass or a caller is given.
        if (site.Call.Target.Bare() is not (IFieldReferenceOperation { Field.DeclaredAccessibility: Accessibility.Private } or IPropertyReferenceOperation { Property.DeclaredAccessibility: Accessibility.Private }))
            return null;
        if (function.Flow is not { IsGivenUp: false } flow || !flow.Ends.Any(e => e.Site == site && !e.IsThrown && !IsHandedOut(e)))
            return null;
        return Descriptor.At(site.Syntax.GetLocation(), site.Text, $"when '{function.Name}' is done, for nothing in '{function.Member.ContainingType.Name}' releases it");
    }

    // `finally { if (taken && IsHeld) … }`, `finally { if (taken && _state < 0) … }`: what else the release depends on is not known.
    private static bool IsConditionalEnd(IOperation release)
    {
        var isAsked = false;
        for (var child = release; child.Parent is { } around and not (IAnonymousFunctionOperation or ILocalFunctionOperation); child = around)
        {
            if (around is IConditionalOperation branch && child != branch.Condition)
                isAsked |= branch.Condition.DescendantsAndSelf().Any(o => o is IInvocationOperation or IPropertyReferenceOperation or IBinaryOperation { OperatorKind: BinaryOperatorKind.LessThan or BinaryOperatorKind.GreaterThan or BinaryOperatorKind.LessThanOrEqual or BinaryOperatorKind.GreaterThanOrEqual });
            if (around is ITryOperation attempt)
                return isAsked && attempt.Finally == child;
        }
        return false;
    }

    // Several locks are taken in one loop and given back in another.
    private static bool IsSpreadOverLoops(LockSite site, string key, LockingFunction function)
    {
        var loop = LoopAround(site.Call.Call);
        foreach (var other in function.Sites)
        {
            if (other.IsAcquire || other.Key != key)
                continue;
            var around = LoopAround(other.Call.Call);
            if (around == loop || around is not null && loop is null && !EndsLoop(other.Call.Call))
                return around != loop;
            if (loop is not null && !loop.Syntax.Span.Contains(other.Syntax.Span))
                return true;
        }
        return false;
    }

    private static IOperation? LoopAround(IOperation operation)
    {
        for (var around = operation.Parent; around is not null and not (IAnonymousFunctionOperation or ILocalFunctionOperation); around = around.Parent)
        {
            if (around is ILoopOperation)
                return around;
        }
        return null;
    }

    private static bool EndsLoop(IOperation operation)
    {
        for (var around = operation.Parent; around is not null and not ILoopOperation; around = around.Parent)
        {
            if (around is IBlockOperation { Operations: { Length: > 0 } statements } && statements[statements.Length - 1] is IReturnOperation or IBranchOperation or IThrowOperation)
                return true;
        }
        return false;
    }

    // The caller gets an object to release the lock with.
    private static bool IsHandedOut(HeldAtEnd end) =>
        end.Returned is { } returned && (LockWrappers.IsDisposable(returned.Bare().Type) || LockWrappers.IsDisposable(returned.Type));

    private static string When(HeldAtEnd end, LockingFunction function)
    {
        if (end.End is not { } place)
            return $"when '{function.Name}' is done";
        var line = place.Syntax.GetLocation().Line();
        return end switch
        {
            { IsThrown: true } or { Returned: null } when Thrower(place) is { } thrower => $"when '{thrower}' throws at line {line}",
            { IsThrown: true } => $"after the exception at line {line}",
            { Returned: null } => $"after the failure at line {line}",
            _ => $"on the way out at line {line}",
        };
    }

    private static string? Thrower(IOperation operation)
    {
        foreach (var part in operation.DescendantsAndSelf())
        {
            if (part is IInvocationOperation { TargetMethod: { Name: not ("ConfigureAwait" or "AsTask"), MethodKind: not MethodKind.DelegateInvoke } method })
                return method.Name;
            if (part is IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke, Instance: { } invoked })
                return invoked.Syntax.ToString();
        }
        return null;
    }
}
