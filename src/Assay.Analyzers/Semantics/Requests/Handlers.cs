using Assay.Analyzers.Semantics.Bodies;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.Requests;

/// <summary>Who calls a handler, and may call it again with the same thing.</summary>
internal enum HandlerKind
{
    None,

    /// <summary>A client sends a POST.</summary>
    Post,

    /// <summary>A broker delivers a message, at least once.</summary>
    Message,
}

/// <summary>Tells the functions that a web server or a message broker calls.</summary>
internal static class Handlers
{
    /// <summary>Words of which the text of a handler mentions one.</summary>
    public static readonly Words Words = Words.Of(
        "HttpPost", "HttpPostAttribute", "MapPost", "OnPost", "OnPostAsync", "Consume", "Handle", "HandleAsync", "CapSubscribe", "CapSubscribeAttribute",
        "ServiceBusTrigger", "QueueTrigger", "KafkaTrigger", "RabbitMQTrigger", "EventHubTrigger");

    /// <summary>How the method is called from outside.</summary>
    public static HandlerKind KindOf(IMethodSymbol method, KnownTypes types)
    {
        foreach (var attribute in method.GetAttributes())
        {
            switch (attribute.AttributeClass?.Name)
            {
                case "HttpPostAttribute":
                    return HandlerKind.Post;
                case "CapSubscribeAttribute":
                    return HandlerKind.Message;
            }
        }
        if (method.Name is "OnPost" or "OnPostAsync" && method.ContainingType.IsOrInherits(types["Microsoft.AspNetCore.Mvc.RazorPages.PageModel"]))
            return HandlerKind.Post;
        return MessageHandlers.IsCalledByBroker(method, types) ? HandlerKind.Message : HandlerKind.None;
    }

    /// <summary>How the lambda is called from outside: <c>app.MapPost("/orders", async (…) => …)</c>.</summary>
    public static HandlerKind KindOf(IAnonymousFunctionOperation lambda) => RequestPaths.MapperOf(lambda) == "MapPost" ? HandlerKind.Post : HandlerKind.None;
}
