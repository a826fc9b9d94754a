using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Ai;

/// <summary>A call that lets a model answer.</summary>
/// <param name="Call">The call.</param>
/// <param name="Messages">What the model reads.</param>
/// <param name="Options">The options as passed; null when none are.</param>
/// <param name="Limit">The name of the option that limits the answer.</param>
internal sealed record Completion(IInvocationOperation Call, IOperation Messages, IOperation? Options, string Limit)
{
    /// <summary>The words without which a body asks no model.</summary>
    public static Words Words { get; } = Words.Of("GetResponseAsync", "GetStreamingResponseAsync", "CompleteChat", "CompleteChatAsync", "CompleteChatStreaming", "CompleteChatStreamingAsync");

    /// <summary>The parts of the call; null for other calls.</summary>
    public static Completion? Read(IInvocationOperation call)
    {
        var limit = (call.TargetMethod.ContainingType?.Name, call.TargetMethod.Name) switch
        {
            ("IChatClient" or "ChatClientExtensions", "GetResponseAsync" or "GetStreamingResponseAsync") => "MaxOutputTokens",
            ("ChatClient", "CompleteChat" or "CompleteChatAsync" or "CompleteChatStreaming" or "CompleteChatStreamingAsync") => "MaxOutputTokenCount",
            _ => null,
        };
        if (limit is null)
            return null;
        IOperation? messages = null, options = null;
        foreach (var argument in call.Arguments)
        {
            switch (argument.Parameter?.Name)
            {
                case "messages" or "chatMessage":
                    messages = argument.Value;
                    break;
                case "options" when argument.ArgumentKind != ArgumentKind.DefaultValue:
                    options = argument.Value.Bare();
                    break;
            }
        }
        return messages is null ? null : new Completion(call, messages, options, limit);
    }
}
