using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Where an operation runs: the locks its own function holds there, and the function whose callers may hold more.</summary>
/// <param name="Held">The locks of the function itself.</param>
/// <param name="Function">The method, accessor or local function; null for an initialiser or a lambda of unknown use.</param>
/// <param name="IsConcurrent">Whether a lambda on another thread lies between: then no caller's lock is held.</param>
internal readonly record struct Place(HeldSet Held, IMethodSymbol? Function, bool IsConcurrent);

/// <summary>
/// The locks held at an operation, read from the scopes around it: lock statements, usings of a lock, and acquire calls that
/// stand before it in a block around it. What cannot be proven held or free makes the place uncertain, never bare.
/// </summary>
internal sealed class HeldScopes(GuardTerms terms)
{
    private readonly Dictionary<IOperation, bool> _hasCalls = [];
    private readonly Dictionary<IOperation, IReadOnlyList<LockCall>> _calls = [];
    private readonly Dictionary<IOperation, int[]> _speaking = [];
    private readonly Dictionary<ISymbol, (GuardTerm Term, LockMode Mode)> _scopeMakers = new(SymbolEqualityComparer.Default);

    /// <summary>Notes a function of the type that takes the lock and returns the object whose disposal gives it back.</summary>
    public void AddScopeMaker(IMethodSymbol function, GuardTerm term, LockMode mode) => _scopeMakers[function.OriginalDefinition] = (term, mode);

    private GuardTerms Terms => terms;

    public Place At(IOperation operation, ISymbol owner)
    {
        var scope = new Scope(this, operation.Syntax.SpanStart);
        var child = operation;
        for (var around = operation.Parent; around is not null; child = around, around = around.Parent)
        {
            switch (around)
            {
                case ILockOperation @lock when @lock.Body == child:
                    scope.Hold(@lock.LockedValue);
                    break;
                case IUsingOperation @using when @using.Body == child:
                    scope.HoldResource(@using.Resources);
                    break;
                case IBlockOperation block:
                    HoldFromEarlier(scope, block.Operations, child);
                    break;
                case ISwitchCaseOperation section:
                    HoldFromEarlier(scope, section.Body, child);
                    break;
                case IConditionalOperation conditional when conditional.Condition != child && CallsIn(conditional.Condition).Count > 0:
                case IWhileLoopOperation { Condition: { } condition } when condition != child && CallsIn(condition).Count > 0:
                    scope.IsUncertain = true;
                    break;
                case ILocalFunctionOperation local:
                    return new Place(scope.Held, local.Symbol, false);
                case IAnonymousFunctionOperation lambda:
                    var use = DelegateUses.Of(lambda);
                    if (use == DelegateUse.Concurrent)
                        return new Place(scope.Held, null, true);
                    if (use == DelegateUse.Now)
                        break;
                    scope.IsUncertain = true;
                    return new Place(scope.Held, null, false);
            }
        }
        if (owner is IMethodSymbol method && IsSynchronized(method))
            scope.Hold(terms.OfSynchronized(method), LockMode.Exclusive);
        return new Place(scope.Held, owner as IMethodSymbol, false);
    }

    public static bool IsSynchronized(IMethodSymbol method) => (method.MethodImplementationFlags & MethodImplAttributes.Synchronized) != 0;

    /// <summary>The lock that the call takes until its result is disposed; no term when the call is no such one or its lock has no name.</summary>
    public (GuardTerm? Term, LockMode Mode) ScopeOf(IInvocationOperation call)
    {
        if (call.Instance is { } target && (call.TargetMethod is { Name: "EnterScope", ContainingType.Name: "Lock" } || ScopedLocks.Mode(call) is not null))
            return (terms.Of(target), ScopedLocks.Mode(call) ?? LockMode.Exclusive);
        if (!_scopeMakers.TryGetValue(call.TargetMethod.OriginalDefinition, out var made))
            return default;
        if (!made.Term.IsOwn || call.Instance is IInstanceReferenceOperation)
            return made;
        return call.Instance is { } receiver && terms.PathOf(receiver) is { } path ? (terms.Rebase(made.Term, StablePath.This, path.Text), made.Mode) : default;
    }

    /// <summary>The calls of lock primitives below an operation that do lock.</summary>
    public IReadOnlyList<LockCall> CallsIn(IOperation operation)
    {
        if (!HasCalls(operation.Root()))
            return [];
        if (_calls.TryGetValue(operation, out var known))
            return known;
        var calls = new List<LockCall>();
        foreach (var descendant in operation.DescendantsAndSelf())
        {
            if (descendant is IInvocationOperation call && LockPrimitives.Of(call) is { } found && !terms.IsNoLock(found.Target))
                calls.Add(found);
        }
        return _calls[operation] = calls;
    }

    private bool HasCalls(IOperation root)
    {
        if (_hasCalls.TryGetValue(root, out var known))
            return known;
        foreach (var operation in root.Descendants())
        {
            if (operation is IInvocationOperation call && LockPrimitives.Of(call) is not null)
                return _hasCalls[root] = true;
        }
        return _hasCalls[root] = false;
    }

    // Walks back from the child, so that a release is seen before the acquire it undoes.
    private void HoldFromEarlier(Scope scope, ImmutableArray<IOperation> statements, IOperation child)
    {
        foreach (var inChild in CallsIn(child))
        {
            if (!inChild.IsAcquire && inChild.Call.Syntax.SpanStart < scope.Position)
                scope.Release(inChild);
        }
        var spoken = Speaking(statements);
        for (var k = spoken.Length - 1; k >= 0; k--)
        {
            var i = spoken[k];
            if (statements[i].Syntax.SpanStart >= child.Syntax.SpanStart)
                continue;
            if (statements[i] is IUsingDeclarationOperation declaration)
            {
                scope.HoldResource(declaration.DeclarationGroup);
                continue;
            }
            var calls = CallsIn(statements[i]);
            for (var j = calls.Count - 1; j >= 0; j--)
            {
                if (!calls[j].IsAcquire)
                    scope.Release(calls[j]);
                else if (calls[j].IsCertain && Statement(calls[j].Call) == statements[i])
                    scope.Acquire(calls[j]);
                else
                    scope.IsUncertain |= !scope.IsReleased(calls[j]);
            }
        }
    }

    // The statements that take or give back a lock: few, in blocks of any length.
    private int[] Speaking(ImmutableArray<IOperation> statements)
    {
        if (statements.IsEmpty)
            return [];
        if (_speaking.TryGetValue(statements[0], out var known))
            return known;
        var found = new List<int>();
        for (var i = 0; i < statements.Length; i++)
        {
            if (statements[i] is IUsingDeclarationOperation || CallsIn(statements[i]).Count > 0)
                found.Add(i);
        }
        return _speaking[statements[0]] = [.. found];
    }

    // The statement that is nothing but the call, awaited or not.
    private static IOperation? Statement(IInvocationOperation call)
    {
        IOperation child = call;
        while (child.Parent is IAwaitOperation or IConversionOperation or IInvocationOperation { TargetMethod.Name: "ConfigureAwait" })
            child = child.Parent;
        return child.Parent as IExpressionStatementOperation;
    }

    private sealed class Scope(HeldScopes scopes, int position)
    {
        private readonly GuardTerms _terms = scopes.Terms;
        private readonly Dictionary<GuardTerm, LockMode> _held = [];
        private readonly HashSet<(GuardTerm, LockMode)> _released = [];

        public int Position => position;

        public bool IsUncertain { get; set; }

        public HeldSet Held => HeldSet.Of(_held, IsUncertain);

        public void Hold(IOperation target)
        {
            if (_terms.Of(target) is { } term)
                Hold(term, LockMode.Exclusive);
            else
                IsUncertain = true;
        }

        public void Hold(GuardTerm term, LockMode mode)
        {
            if (!_held.TryGetValue(term, out var before) || before < mode)
                _held[term] = mode;
        }

        public void HoldResource(IOperation resource)
        {
            foreach (var operation in resource.DescendantsAndSelf())
            {
                if (operation is not IInvocationOperation call)
                    continue;
                if (scopes.ScopeOf(call) is { Term: { } term } scope)
                    Hold(term, scope.Mode);
                // A lock of the project or of a library, that the engine cannot name.
                else if (SoundsLikeLock(call.TargetMethod.Name) || SoundsLikeLock(call.Type?.Name ?? ""))
                    IsUncertain = true;
            }
            if (_held.Count == 0 && resource.Type is { } type && SoundsLikeLock(type.Name))
                IsUncertain = true;
        }

        public void Acquire(LockCall call)
        {
            if (!_terms.Excludes(call.Target) || _terms.Of(call.Target) is not { } term)
                IsUncertain = true;
            else if (!_released.Contains((term, call.Mode)))
                Hold(term, call.Mode);
        }

        public void Release(LockCall call)
        {
            if (_terms.Of(call.Target) is { } term)
                _released.Add((term, call.Mode));
            else
                IsUncertain = true;
        }

        public bool IsReleased(LockCall call) => _terms.Of(call.Target) is { } term && _released.Contains((term, call.Mode));

        private static bool SoundsLikeLock(string name)
        {
            foreach (var word in new[] { "Lock", "Enter", "Acquire", "Guard", "Sync", "Mutex", "Semaphore", "Wait", "Exclusive", "Releaser" })
            {
                if (name.IndexOf(word, StringComparison.OrdinalIgnoreCase) >= 0)
                    return true;
            }
            return false;
        }
    }
}
