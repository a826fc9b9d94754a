using Assay.Analyzers.Semantics.Catches;
using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tokens;

/// <summary>
/// Finds calls and <c>await foreach</c> loops that could be given the token in scope and are not. Asked by the rule and its
/// fix. One instance serves one compilation.
/// </summary>
internal sealed class TokenlessCalls(KnownTypes types)
{
    private readonly TokenOverloads _overloads = new(types);
    private readonly BlockingCalls _blocking = new(types);

    // Undoing and letting go must happen although, and often because, the token is cancelled.
    private static readonly string[] s_cleanup =
        ["Dispose", "Stop", "Rollback", "Abort", "Cancel", "Release", "Unlock", "Close", "Shutdown", "Disconnect", "Cleanup"];

    /// <summary>The finding at the call, whose member is <paramref name="containing"/>; null when there is none.</summary>
    public TokenlessCall? Find(IInvocationOperation call, ISymbol containing)
    {
        // The cached question comes first: nearly all calls end here.
        if (_overloads.Of(call.TargetMethod) is not { } slot || !call.IsWritten() || !Omits(call, slot))
            return null;
        if (IsCleanup(call.TargetMethod.Name) || IsOtherMeaning(call))
            return null;
        if (types.TokenAt(call, containing) is not { } token)
            return null;
        if (slot.NeedsAwait && call.DirectAwait() is null)
            return null;
        if (IsDetached(call) || CarriesToken(call) || IsGovernedOtherwise(call) || CancelledCode.IsAbortedBy(token, call) || IsExchange(call, token) || WouldRecurse(call, containing, slot.Target))
            return null;
        if (!types.Compilation.IsSymbolAccessibleWithin(slot.Target.OriginalDefinition, containing.ContainingType ?? (ISymbol)types.Compilation.Assembly))
            return null;
        if (types.WorksInMemory(call) || types.MayRunAfterCancellation(call) || _blocking.Find(call, containing) is not null)
            return null;
        // In a method that stops or undoes, the token is its deadline and the work should rather be finished.
        return new TokenlessCall(call, slot, token, IsCertain(call.TargetMethod) && !IsCleanup(containing.Name));
    }

    /// <summary>The token that an <c>await foreach</c> could pass to its sequence with <c>WithCancellation</c>; null when it does not have to.</summary>
    public TokenInScope? FindStream(IForEachLoopOperation loop, ISymbol containing)
    {
        var source = StreamSource(loop.Collection);
        if (!source.Type.IsOrInherits(types["System.Collections.Generic.IAsyncEnumerable`1"]) || CarriesToken(source))
            return null;
        // The call that makes the sequence could take the token itself: it is reported there.
        if (source is IInvocationOperation call && (_overloads.Of(call.TargetMethod) is not null || IgnoresEnumeratorToken(call.TargetMethod)))
            return null;
        return types.TokenAt(loop, containing) is { } token && !types.MayRunAfterCancellation(loop) ? token : null;
    }

    /// <summary>The sequence of the loop without <c>ConfigureAwait</c> around it.</summary>
    public static IOperation StreamSource(IOperation collection)
    {
        var source = collection.Bare();
        while (source is IInvocationOperation { TargetMethod: { Name: "ConfigureAwait", ContainingType.Name: "TaskAsyncEnumerableExtensions" }, Arguments.IsEmpty: false } configured)
            source = configured.Arguments.At(0).Value.Bare();
        return source;
    }

    private bool Omits(IInvocationOperation call, TokenSlot slot)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.ArgumentKind == ArgumentKind.DefaultValue)
                continue;
            if (argument.Parameter is { } parameter && parameter.Ordinal == slot.Parameter.Ordinal && slot.Target.OriginalDefinition.Is(call.TargetMethod.OriginalDefinition))
                return false;
        }
        return true;
    }

    // Work that nobody waits for is meant to survive the request it was started by, and a task kept in a field serves
    // other callers too.
    private bool IsDetached(IInvocationOperation call)
    {
        if (!types.IsTaskLike(call.Type))
            return false;
        IOperation value = call;
        while (value.Parent is IInvocationOperation { TargetMethod.Name: "ContinueWith" } or IConversionOperation)
            value = value.Parent;
        return value.Parent switch
        {
            IExpressionStatementOperation => true,
            IAssignmentOperation { Target: IDiscardOperation or IFieldReferenceOperation or IPropertyReferenceOperation } => true,
            _ => false,
        };
    }

    private static bool IsCleanup(string name)
    {
        foreach (var prefix in s_cleanup)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && (name.Length == prefix.Length || char.IsUpper(name[prefix.Length])))
                return true;
        }
        return false;
    }

    // Methods whose token does not stop the work that the call starts, or that another rule reports.
    private bool IsOtherMeaning(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        switch (method.Name)
        {
            // The work is given the token already; that of Task.Run only keeps it from starting.
            case "Run" or "StartNew" when !IsCertain(method):
                return call.Arguments.Any(a => a.Value.DescendantsAndSelf().Any(IsGivenToken));
            case "Wait" or "WaitAll" or "WaitAny" or "ContinueWith" when method.ContainingType.IsOrInherits(types.Task):
            case "SetCanceled" or "TrySetCanceled" or "ReadAsStream":
                return true;
            // The stream was made with the token.
            case "GetAsyncEnumerator":
                return call.Instance is { } stream && CarriesToken(StreamSource(stream));
            // A wait of no time only tries.
            case "Wait" or "WaitAsync":
                return !call.Arguments.IsEmpty && call.Arguments.At(0).Value.Bare().ConstantValue is { HasValue: true, Value: 0 };
            // Continuations such as `task.Then(…)`: the token would keep the second half of the work from running.
            default:
                return method.IsExtensionMethod && types.IsTaskLike(method.Parameters[0].Type);
        }
    }

    // The token arrives inside another argument: ParallelOptions, a command definition, the context that owns the token.
    private bool CarriesToken(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.ArgumentKind == ArgumentKind.DefaultValue || argument.Parameter is { Ordinal: 0 } && call.TargetMethod.IsExtensionMethod)
                continue;
            if (argument.Value.Bare().Type is { SpecialType: SpecialType.None } type && HoldsToken(type))
                return true;
            // A token among the values of a params array.
            if (argument.ArgumentKind == ArgumentKind.ParamArray && CarriesToken(argument.Value))
                return true;
        }
        return false;
    }

    private bool HoldsToken(ITypeSymbol type)
    {
        if (types.IsToken(type) || ContextTokens.PathFrom(types, type) is not null)
            return true;
        for (var current = type; current is { SpecialType: SpecialType.None }; current = current.BaseType)
        {
            foreach (var member in current.GetMembers())
            {
                if (member is IPropertySymbol { DeclaredAccessibility: Accessibility.Public, IsStatic: false } property && types.IsToken(property.Type))
                    return true;
            }
        }
        return false;
    }

    // Also by way of a local: `var rows = Read(token); await foreach (var row in rows)`.
    private bool CarriesToken(IOperation value)
    {
        foreach (var part in value.DescendantsAndSelf())
        {
            if (IsGivenToken(part))
                return true;
            if (part is ILocalReferenceOperation local && LocalWrites.Reaching(local.Local, local).Any(source => source.DescendantsAndSelf().Any(IsGivenToken)))
                return true;
        }
        return false;
    }

    private bool IsGivenToken(IOperation value) => !value.IsImplicit && types.IsToken(value.Type);

    // `X().WaitAsync(token)`, `X().WithCancellation(token)` and `X().GetAsyncEnumerator(token)`: the result is already tied to a token.
    private bool IsGovernedOtherwise(IInvocationOperation call)
    {
        IOperation value = call;
        for (var parent = call.Parent; parent is not null; value = parent, parent = parent.Parent)
        {
            switch (parent)
            {
                case IConversionOperation or IParenthesizedOperation:
                case IArgumentOperation { Parent: IInvocationOperation { TargetMethod.IsExtensionMethod: true } }:
                    continue;
                case IInvocationOperation { TargetMethod.Name: "WaitAsync" or "WithCancellation" or "GetAsyncEnumerator" } outer:
                    return outer.Arguments.Any(a => a.ArgumentKind != ArgumentKind.DefaultValue && types.IsToken(a.Parameter?.Type));
                case IInvocationOperation { TargetMethod.Name: "AsTask" or "ConfigureAwait" } outer when outer.Instance == value || outer.Instance is null:
                    continue;
                default:
                    return false;
            }
        }
        return false;
    }

    // Writing to a response whose client has left does nothing, and reading its request ends by itself; with the request's
    // token both would throw instead.
    private bool IsExchange(IInvocationOperation call, TokenInScope token)
    {
        if (token.Origin == TokenOrigin.Token)
            return false;
        // A context's own methods know its token.
        if (call.Receiver()?.Bare() is IParameterReferenceOperation own && own.Parameter.Is(token.Source))
            return true;
        if (call.Receiver() is { } receiver && (IsExchange(receiver) || receiver.Bare().Type.IsOrInherits(types["System.IO.TextWriter"])))
            return true;
        foreach (var argument in call.Arguments)
        {
            if (IsExchange(argument.Value))
                return true;
        }
        return false;
    }

    private bool IsExchange(IOperation given)
    {
        var value = given.Bare();
        if (value is IPropertyReferenceOperation { Property.Name: "Body" or "BodyWriter" or "BodyReader", Instance: { } owner })
            value = owner.Bare();
        return value.Type.IsOrInherits(types["Microsoft.AspNetCore.Http.HttpResponse"]) || value.Type.IsOrInherits(types["Microsoft.AspNetCore.Http.HttpRequest"]);
    }

    // `M(token)` written in terms of `M()`.
    private static bool WouldRecurse(IInvocationOperation call, ISymbol containing, IMethodSymbol target)
    {
        if (call.Instance is not (null or IInstanceReferenceOperation))
            return false;
        // The base's virtual overload may end in the override that is being written.
        if (call.Instance?.Syntax is BaseExpressionSyntax && (target.IsVirtual || target.IsAbstract || target.IsOverride))
            return true;
        var function = call.EnclosingFunction(containing);
        for (ISymbol? around = function; around is IMethodSymbol method; around = method.ContainingSymbol)
        {
            for (var overridden = method; overridden is not null; overridden = overridden.OverriddenMethod)
            {
                if (overridden.OriginalDefinition.Is(target.OriginalDefinition))
                    return true;
            }
        }
        return false;
    }

    private static bool IgnoresEnumeratorToken(IMethodSymbol method)
    {
        // An async iterator without [EnumeratorCancellation] drops what WithCancellation gives it.
        if (!method.IsAsync)
            return false;
        foreach (var parameter in method.Parameters)
        {
            foreach (var attribute in parameter.GetAttributes())
            {
                if (attribute.AttributeClass?.Name == "EnumeratorCancellationAttribute")
                    return false;
            }
        }
        return true;
    }

    // The token of Task.Run only keeps work from starting, and whether a commit may be torn is a decision.
    private bool IsCertain(IMethodSymbol method) => method.Name switch
    {
        "Run" => !method.ContainingType.Is(types.Task),
        "StartNew" => !method.ContainingType.IsOrInherits(types["System.Threading.Tasks.TaskFactory"]),
        "Commit" or "CommitAsync" => false,
        // A wait for somebody else's task that gives up after a time ends soon enough by itself.
        "WaitAsync" => !method.ContainingType.IsOrInherits(types.Task),
        _ => true,
    };
}

/// <summary>A call without the token it could have.</summary>
/// <param name="Call">The call.</param>
/// <param name="Slot">Where the token goes.</param>
/// <param name="Token">The token in scope.</param>
/// <param name="IsCertain">False when the token would do less than stop the work, or too much.</param>
internal sealed record TokenlessCall(IInvocationOperation Call, TokenSlot Slot, TokenInScope Token, bool IsCertain);
