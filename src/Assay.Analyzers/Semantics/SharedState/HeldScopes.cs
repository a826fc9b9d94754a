using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Where an operation runs: the locks its own function holds there, and the function whose callers may hold more.</summary>
/// <param name="Held">The locks of the function itself.</param>
/// <param name="Function">The method, accessor or local function; null for an initialiser or a lambda of unknown use.</param>
/// <param name="IsConcurrent">Whether a lambda on another thread lies between: then no caller's lock is held.</param>
internal readonly record struct Place(HeldSet Held, IMethodSymbol? Function, bool IsConcurrent)
{
    private readonly HeldSet? _own;

    /// <summary>What the code itself holds, though it stands in a lambda of which nobody knows under which locks it runs.</summary>
    public HeldSet Own
    {
        get => _own ?? Held;
        init => _own = value;
    }

    /// <summary>Whether an await of the function stands before it: what its caller held on entry may be given back by then.</summary>
    public bool IsLater { get; init; }
}

/// <summary>
/// The locks held at an operation, read from the scopes around it, lock statements and usings of a lock, and from the paths
/// through acquire and release calls. What cannot be proven held or free makes the place uncertain, never bare.
/// </summary>
internal sealed class HeldScopes(GuardTerms terms, TypeLocks locks)
{
    private readonly Dictionary<IOperation, bool> _hasCalls = [];
    private readonly Dictionary<IOperation, IReadOnlyList<LockCall>> _calls = [];
    private readonly Dictionary<IOperation, int[]> _declarations = [];
    private readonly FirstAwaits _awaits = new();
    private readonly Dictionary<ISymbol, (GuardTerm Term, LockMode Mode)> _scopeMakers = new(SymbolEqualityComparer.Default);

    /// <summary>Notes a function of the type that takes the lock and returns the object whose disposal gives it back.</summary>
    public void AddScopeMaker(IMethodSymbol function, GuardTerm term, LockMode mode) => _scopeMakers[function.OriginalDefinition] = (term, mode);

    private GuardTerms Terms => terms;

    public Place At(IOperation operation, ISymbol owner)
    {
        var scope = new Scope(this);
        HoldFromCalls(scope, operation);
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
                    HoldFromDeclarations(scope, block.Operations, child);
                    break;
                case ISwitchCaseOperation section:
                    HoldFromDeclarations(scope, section.Body, child);
                    break;
                case ILocalFunctionOperation local:
                    return new Place(scope.Held, local.Symbol, false) { IsLater = local.Symbol.IsAsync && _awaits.IsBehind(operation) };
                case IAnonymousFunctionOperation lambda:
                    var use = DelegateUses.Of(lambda);
                    if (use == DelegateUse.Concurrent)
                        return new Place(scope.Held, null, true);
                    // Run at once, but only as far as its first await.
                    if (use == DelegateUse.Now && !(lambda.Symbol.IsAsync && _awaits.IsBehind(operation)))
                    {
                        HoldFromCalls(scope, lambda);
                        break;
                    }
                    var own = scope.Held;
                    scope.IsUncertain = true;
                    return new Place(scope.Held, null, false) { Own = own };
            }
        }
        if (owner is IMethodSymbol method && IsSynchronized(method))
            scope.Hold(terms.OfSynchronized(method), LockMode.Exclusive);
        return new Place(scope.Held, owner as IMethodSymbol, false) { IsLater = owner is IMethodSymbol { IsAsync: true } && _awaits.IsBehind(operation) };
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

    private void HoldFromCalls(Scope scope, IOperation operation)
    {
        if (locks.FunctionAround(operation) is not { } function)
            return;
        // Without a graph nothing is known of its paths.
        if (function.Flow is not { } flow)
        {
            scope.IsUncertain = true;
            return;
        }
        var (must, may) = (new List<LockSite>(), new List<LockSite>());
        flow.At(operation, must, may);
        foreach (var site in must)
            scope.Acquire(site.Call);
        foreach (var site in may)
            scope.IsUncertain |= !terms.IsNoLock(site.Call.Target);
    }

    private void HoldFromDeclarations(Scope scope, ImmutableArray<IOperation> statements, IOperation child)
    {
        foreach (var i in Declarations(statements))
        {
            if (statements[i].Syntax.SpanStart < child.Syntax.SpanStart)
                scope.HoldResource(((IUsingDeclarationOperation)statements[i]).DeclarationGroup);
        }
    }

    // The using declarations of a block: few, in blocks of any length.
    private int[] Declarations(ImmutableArray<IOperation> statements)
    {
        if (statements.IsEmpty)
            return [];
        if (_declarations.TryGetValue(statements[0], out var known))
            return known;
        var found = new List<int>();
        for (var i = 0; i < statements.Length; i++)
        {
            if (statements[i] is IUsingDeclarationOperation)
                found.Add(i);
        }
        return _declarations[statements[0]] = [.. found];
    }

    private sealed class Scope(HeldScopes scopes)
    {
        private readonly GuardTerms _terms = scopes.Terms;
        private readonly Dictionary<GuardTerm, LockMode> _held = [];

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
                else if (LockWords.AreIn(call.TargetMethod.Name) || LockWords.AreIn(call.Type?.Name ?? ""))
                    IsUncertain = true;
            }
            if (_held.Count == 0 && resource.Type is { } type && LockWords.AreIn(type.Name))
                IsUncertain = true;
        }

        public void Acquire(LockCall call)
        {
            if (_terms.IsNoLock(call.Target))
                return;
            if (!_terms.Excludes(call.Target) || _terms.Of(call.Target) is not { } term)
                IsUncertain = true;
            else
                Hold(term, call.Mode);
        }
    }
}
