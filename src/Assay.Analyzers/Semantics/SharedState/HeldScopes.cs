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
/// The locks held at an operation, read from the scopes around it, lock statements and usings of a lock, and from the paths
/// through acquire and release calls. What cannot be proven held or free makes the place uncertain, never bare.
/// </summary>
internal sealed class HeldScopes(GuardTerms terms, TypeLocks locks)
{
    private readonly Dictionary<IOperation, bool> _hasCalls = [];
    private readonly Dictionary<IOperation, IReadOnlyList<LockCall>> _calls = [];

    public Place At(IOperation operation, ISymbol owner)
    {
        var scope = new Scope(terms);
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
                    return new Place(scope.Held, local.Symbol, false);
                case IAnonymousFunctionOperation lambda:
                    var use = DelegateUses.Of(lambda);
                    if (use == DelegateUse.Concurrent)
                        return new Place(scope.Held, null, true);
                    if (use == DelegateUse.Now)
                    {
                        HoldFromCalls(scope, lambda);
                        break;
                    }
                    scope.IsUncertain = true;
                    return new Place(scope.Held, null, false);
            }
        }
        // A synchronized method holds its object or its type, which no expression names.
        scope.IsUncertain |= owner is IMethodSymbol method && (method.MethodImplementationFlags & MethodImplAttributes.Synchronized) != 0;
        return new Place(scope.Held, owner as IMethodSymbol, false);
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
        if (locks.FlowAround(operation) is not { } flow)
            return;
        var (must, may) = (new List<LockSite>(), new List<LockSite>());
        flow.At(operation, must, may);
        foreach (var site in must)
            scope.Acquire(site.Call);
        foreach (var site in may)
            scope.IsUncertain |= !terms.IsNoLock(site.Call.Target);
    }

    private static void HoldFromDeclarations(Scope scope, ImmutableArray<IOperation> statements, IOperation child)
    {
        for (var i = statements.IndexOf(child) - 1; i >= 0; i--)
        {
            if (statements[i] is IUsingDeclarationOperation declaration)
                scope.HoldResource(declaration.DeclarationGroup);
        }
    }

    private sealed class Scope(GuardTerms terms)
    {
        private readonly HashSet<GuardTerm> _held = [];

        public bool IsUncertain { get; set; }

        public HeldSet Held => new([.. _held], IsUncertain);

        public void Hold(IOperation target)
        {
            if (terms.Of(target) is { } term)
                _held.Add(term);
            else
                IsUncertain = true;
        }

        public void HoldResource(IOperation resource)
        {
            foreach (var operation in resource.DescendantsAndSelf())
            {
                if (operation is not IInvocationOperation call)
                    continue;
                if (call.TargetMethod is { Name: "EnterScope", ContainingType.Name: "Lock" } && call.Instance is { } gate)
                    Hold(gate);
                // A lock of the project or of a library, that the engine cannot name.
                else if (SoundsLikeLock(call.TargetMethod.Name) || SoundsLikeLock(call.Type?.Name ?? ""))
                    IsUncertain = true;
            }
            if (resource.Type is { } type && SoundsLikeLock(type.Name))
                IsUncertain = true;
        }

        public void Acquire(LockCall call)
        {
            if (terms.IsNoLock(call.Target))
                return;
            if (!terms.Excludes(call.Target) || terms.Of(call.Target) is not { } term)
                IsUncertain = true;
            else
                _held.Add(term);
        }

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
