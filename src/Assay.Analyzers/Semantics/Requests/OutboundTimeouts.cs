using System.Runtime.CompilerServices;
using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Requests;

/// <summary>Tells whether the author has bounded calls to the outside: by a token, a timeout or a resilience pipeline.</summary>
internal sealed class OutboundTimeouts(KnownTypes types)
{
    // Where a program configures its clients, all of them count as configured: which registration serves which call is a guess.
    private static readonly Words s_pipelines = Words.Of("AddStandardResilienceHandler", "AddResilienceHandler", "AddStandardHedgingHandler", "AddPolicyHandler", "AddTransientHttpErrorPolicy", "ConfigureHttpClientDefaults", "TimeoutPolicy", "AddTimeout", "CommandTimeout");

    private static readonly Words s_timeout = Words.Of("Timeout");
    private static readonly Words s_client = Words.Of("HttpClient", "AddHttpClient", "AddGrpcClient", "IHttpClientBuilder");

    private readonly StrongBox<bool?> _isConfigured = new(null);

    /// <summary>Whether the program sets timeouts for its clients anywhere.</summary>
    public bool AreConfigured(CancellationToken cancellationToken)
    {
        if (_isConfigured.Value is { } known)
            return known;
        var isConfigured = FindConfiguration(cancellationToken);
        _isConfigured.Value = isConfigured;
        return isConfigured;
    }

    /// <summary>Whether the call itself is bounded: given a token, a deadline or a timeout, or waited for with one.</summary>
    public bool IsBounded(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.ArgumentKind == ArgumentKind.DefaultValue)
                continue;
            if (argument.Value.DescendantsAndSelf().Any(IsBound) || argument.Parameter?.Name is "deadline" or "commandTimeout" or "timeout")
                return true;
            // Options and definitions may hold a token or a deadline.
            if (argument.Value.Bare().Type is { Name: "CallOptions" or "CommandDefinition" or "RequestOptions" })
                return true;
        }
        for (var parent = call.Parent; parent is not null and not IAwaitOperation; parent = parent.Parent)
        {
            if (parent is IInvocationOperation { TargetMethod.Name: "WaitAsync" })
                return true;
            if (parent is IBlockOperation or IAnonymousFunctionOperation)
                return false;
        }
        return false;
    }

    private bool IsBound(IOperation value) =>
        !value.IsImplicit && types.IsToken(value.Type) && value is not (IDefaultValueOperation or IPropertyReferenceOperation { Property: { IsStatic: true, Name: "None" } });

    private bool FindConfiguration(CancellationToken cancellationToken)
    {
        foreach (var tree in types.Compilation.SyntaxTrees)
        {
            var index = WordIndex.Of(tree, cancellationToken);
            if (index.Has(s_pipelines) || index.Has(s_timeout) && index.Has(s_client))
                return true;
        }
        return false;
    }
}
