using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Tasks;

/// <summary>Recognises awaited operations that end only when somebody else does something, and may be given a token.</summary>
internal sealed class UnboundedWaits(KnownTypes types)
{
    private static readonly Words s_infinite = Words.Of("InfiniteTimeSpan");

    /// <summary>What the await waits for, when neither a token nor a timeout bounds it: its name, and what it waits for in words. Null for any other.</summary>
    public (IOperation Wait, string Name, string For)? Of(IAwaitOperation await)
    {
        var wait = await.Operation.Bare();
        while (wait is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask", Instance: { } configured })
            wait = configured.Bare();
        return wait switch
        {
            IPropertyReferenceOperation { Property: { Name: "Task", ContainingType.Name: "TaskCompletionSource" } } source when IsSource(source.Property.ContainingType) =>
                (wait, source.Syntax.ToString(), "it is completed"),
            IInvocationOperation call when !HasToken(call) && Awaited(call) is { } what => (wait, call.TargetMethod.Name, what),
            _ => null,
        };
    }

    private bool IsSource(INamedTypeSymbol type) =>
        type.Is(types["System.Threading.Tasks.TaskCompletionSource"]) || type.OriginalDefinition.Is(types["System.Threading.Tasks.TaskCompletionSource`1"]);

    private string? Awaited(IInvocationOperation call)
    {
        var type = call.TargetMethod.ContainingType;
        return call.TargetMethod.Name switch
        {
            "WaitAsync" when type.Is(types["System.Threading.SemaphoreSlim"]) && call.Arguments.IsEmpty => "whoever holds it gives it back",
            // The loop that waits for more ends when the writer completes, and its reads find something at once.
            "ReadAsync" when !WaitsToRead(call) && type.OriginalDefinition.Is(types["System.Threading.Channels.ChannelReader`1"]) => "somebody writes",
            "WaitForExitAsync" when type.Is(types["System.Diagnostics.Process"]) => "the process ends",
            _ when type.IsOrInherits(types["System.Net.Http.HttpClient"]) && call.Instance is { } client && IsUntimed(client) => "the server answers",
            _ => null,
        };
    }

    private static bool WaitsToRead(IInvocationOperation call) =>
        call.Root().Descendants().Any(o => o is IInvocationOperation { TargetMethod.Name: "WaitToReadAsync" });

    private bool HasToken(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.ArgumentKind != ArgumentKind.DefaultValue && argument.Value.Bare() is { } value && value.Type.Is(types.CancellationToken))
                return true;
        }
        return false;
    }

    // `new HttpClient { Timeout = Timeout.InfiniteTimeSpan }`, in a local or a field of the same file.
    private static bool IsUntimed(IOperation client)
    {
        if (!WordIndex.Of(client.Syntax.SyntaxTree, CancellationToken.None).Has(s_infinite))
            return false;
        if (VariableUses.Variable(client.Bare()) is not { } variable || variable is not ILocalSymbol && !VariableUses.IsPrivateField(variable))
            return false;
        foreach (var written in VariableUses.Writes(variable, client, CancellationToken.None))
        {
            if (written?.Bare() is not IObjectCreationOperation { Initializer: { } initializer })
                continue;
            foreach (var setting in initializer.Initializers)
            {
                if (setting is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.Name: "Timeout" } } assignment && assignment.Value.Bare() is IFieldReferenceOperation { Field.Name: "InfiniteTimeSpan" })
                    return true;
            }
        }
        return false;
    }
}
