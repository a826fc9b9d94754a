using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Ai;

/// <summary>Tells which expressions are what a model wrote: the responses of chat clients and their members.</summary>
internal static class ModelOutput
{
    /// <summary>Whether the expression is a model's response, or a part of one.</summary>
    public static bool IsOutput(IOperation value) => value switch
    {
        IInvocationOperation call => IsAnswer(call.TargetMethod),
        IPropertyReferenceOperation { Property: { ContainingType: { } owner, Name: var name } } => IsResponsePart(owner, name),
        _ => false,
    };

    private static bool IsAnswer(IMethodSymbol method) => method.ContainingType is { } type && (type.Name, method.Name) switch
    {
        ("IChatClient" or "ChatClientExtensions" or "ChatClientStructuredOutputExtensions", "GetResponseAsync" or "GetStreamingResponseAsync") => IsIn(type, "AI"),
        ("ChatClient", "CompleteChat" or "CompleteChatAsync" or "CompleteChatStreaming" or "CompleteChatStreamingAsync") => IsIn(type, "Chat"),
        ("Kernel" or "KernelExtensions", "InvokePromptAsync" or "InvokeAsync") => IsIn(type, "SemanticKernel"),
        ("IChatCompletionService" or "ChatCompletionServiceExtensions", "GetChatMessageContentAsync" or "GetChatMessageContentsAsync" or "GetStreamingChatMessageContentsAsync") => IsIn(type, "ChatCompletion"),
        (_, "GetOutputText") => IsIn(type, "Responses"),
        ("AIAgent" or "ChatClientAgent", "RunAsync" or "RunStreamingAsync") => IsIn(type, "AI"),
        _ => false,
    };

    private static bool IsResponsePart(INamedTypeSymbol owner, string name) => (owner.Name, name) switch
    {
        ("ChatResponse" or "ChatResponseUpdate", "Text" or "Messages" or "Contents") => IsIn(owner, "AI"),
        ("ChatCompletion" or "StreamingChatCompletionUpdate", "Content" or "ContentUpdate") => IsIn(owner, "Chat"),
        ("AgentRunResponse" or "AgentResponse", "Text" or "Messages") => IsIn(owner, "AI"),
        _ => false,
    };

    private static bool IsIn(INamedTypeSymbol type, string space) => type.ContainingNamespace?.Name == space;
}
