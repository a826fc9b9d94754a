using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>What the functions of a compilation do with the delegates they are given, read from their own bodies.</summary>
internal sealed class DelegateSummaries
{
    /// <summary>The functions that may hand a delegate on before its use is unknown.</summary>
    public const int MostHops = 3;

    private static readonly ConditionalWeakTable<Compilation, DelegateSummaries> s_perCompilation = new();

    private readonly ConcurrentDictionary<(ISymbol Parameter, int Hops), DelegateUse> _known = new();
    private readonly KnownTypes _types;

    private DelegateSummaries(KnownTypes types) => _types = types;

    /// <summary>When the called function runs the argument.</summary>
    public static DelegateUse Of(IInvocationOperation call, IArgumentOperation argument, int hops)
    {
        if (hops == 0 || argument.Parameter is not { OriginalDefinition: var parameter } || call.SemanticModel?.Compilation is not { } compilation)
            return DelegateUse.Unknown;
        var types = KnownTypes.Of(compilation);
        var summaries = s_perCompilation.GetValue(compilation, _ => new DelegateSummaries(types));
        return summaries._known.GetOrAdd((parameter, hops), key => ClosedWorld.IsOnlyTarget(call, types) ? summaries.Find(parameter, key.Hops) : DelegateUse.Unknown);
    }

    private DelegateUse Find(IParameterSymbol parameter, int hops)
    {
        // An iterator begins when it is enumerated; Synchronized holds a lock for its caller.
        if (parameter.ContainingSymbol is not IMethodSymbol method || parameter.RefKind != RefKind.None || HeldScopes.IsSynchronized(method))
            return DelegateUse.Unknown;
        if (_types.BodyOf(method, CancellationToken.None) is not { } body || HasLocksOrYields(body))
            return DelegateUse.Unknown;
        var awaits = new FirstAwaits();
        DelegateUse? found = null;
        foreach (var operation in body.DescendantsAndSelf())
        {
            if (operation is not IParameterReferenceOperation reference || !reference.Parameter.OriginalDefinition.Is(parameter) || IsTest(reference))
                continue;
            var use = awaits.IsBehind(operation) ? DelegateUse.Unknown : UseOf(reference, body, hops);
            if (use == DelegateUse.Unknown || found is { } before && before != use)
                return DelegateUse.Unknown;
            found = use;
        }
        return found ?? DelegateUse.Unknown;
    }

    // Under a lock of its own the function runs the delegate in safety, which nobody here can name.
    private static bool HasLocksOrYields(IOperation body)
    {
        foreach (var operation in body.DescendantsAndSelf())
        {
            switch (operation)
            {
                case ILockOperation or IUsingOperation or IUsingDeclarationOperation or IReturnOperation { Kind: OperationKind.YieldReturn }:
                case IInvocationOperation call when LockPrimitives.Of(call) is not null || SoundsLikeLock(call.TargetMethod.Name):
                    return true;
            }
        }
        return false;
    }

    private static bool SoundsLikeLock(string name)
    {
        foreach (var word in new[] { "Lock", "Enter", "Acquire", "Wait", "Sync", "Exclusive" })
        {
            if (name.IndexOf(word, StringComparison.Ordinal) >= 0)
                return true;
        }
        return false;
    }

    private static DelegateUse UseOf(IOperation reference, IOperation body, int hops)
    {
        var child = reference;
        while (child.Parent is IConversionOperation or IParenthesizedOperation)
            child = child.Parent;
        var use = child.Parent switch
        {
            IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke } call when call.Instance == child => DelegateUse.Now,
            IConditionalAccessOperation { WhenNotNull: IInvocationOperation { TargetMethod.MethodKind: MethodKind.DelegateInvoke } } access when access.Operation == child => DelegateUse.Now,
            IArgumentOperation => DelegateUses.Of(reference, hops - 1),
            _ => DelegateUse.Unknown,
        };
        for (var around = child.Parent; around is not null && around != body; around = around.Parent)
        {
            if (around is ILocalFunctionOperation)
                return DelegateUse.Unknown;
            if (around is not IAnonymousFunctionOperation)
                continue;
            var outer = DelegateUses.Of(around, hops - 1);
            if (outer != DelegateUse.Now)
                return use == DelegateUse.Unknown ? use : outer;
        }
        return use;
    }

    // `if (action is null) throw`, nameof(action), ArgumentNullException.ThrowIfNull(action).
    private static bool IsTest(IOperation reference)
    {
        var child = reference;
        while (child.Parent is IConversionOperation or IParenthesizedOperation)
            child = child.Parent;
        return child.Parent is INameOfOperation or IBinaryOperation or IIsPatternOperation
            || child.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "ThrowIfNull" or "NotNull" or "Assert", ReturnsVoid: true } } };
    }
}
