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

    private static readonly string[] s_handlerInterfaces =
    [
        "MassTransit.IConsumer`1", "NServiceBus.IHandleMessages`1", "Rebus.Handlers.IHandleMessages`1", "EasyNetQ.AutoSubscribe.IConsume`1", "EasyNetQ.AutoSubscribe.IConsumeAsync`1",
        "JustSaying.Messaging.MessageHandling.IHandlerAsync`1", "KafkaFlow.IMessageHandler`1", "SlimMessageBus.IConsumer`1",
    ];

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
        return IsTriggered(method) || ImplementsHandler(method, types) ? HandlerKind.Message : HandlerKind.None;
    }

    /// <summary>How the lambda is called from outside: <c>app.MapPost("/orders", async (…) => …)</c>.</summary>
    public static HandlerKind KindOf(IAnonymousFunctionOperation lambda)
    {
        IOperation value = lambda;
        while (value.Parent is IDelegateCreationOperation or IConversionOperation)
            value = value.Parent;
        return value.Parent is IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { Name: "MapPost", ContainingType.Name: "EndpointRouteBuilderExtensions" } } } ? HandlerKind.Post : HandlerKind.None;
    }

    // `[ServiceBusTrigger("orders")] Order message`
    private static bool IsTriggered(IMethodSymbol method)
    {
        foreach (var parameter in method.Parameters)
        {
            foreach (var attribute in parameter.GetAttributes())
            {
                if (attribute.AttributeClass?.Name is "ServiceBusTriggerAttribute" or "QueueTriggerAttribute" or "KafkaTriggerAttribute" or "RabbitMQTriggerAttribute" or "EventHubTriggerAttribute")
                    return true;
            }
        }
        return false;
    }

    private static bool ImplementsHandler(IMethodSymbol method, KnownTypes types)
    {
        if (method.Name is not ("Consume" or "Handle" or "HandleAsync" or "ConsumeAsync" or "OnHandle") && method.ExplicitInterfaceImplementations.IsEmpty)
            return false;
        foreach (var name in s_handlerInterfaces)
        {
            if (types[name] is not { } handler)
                continue;
            foreach (var implemented in method.ContainingType.AllInterfaces)
            {
                if (!implemented.OriginalDefinition.Is(handler))
                    continue;
                foreach (var promised in implemented.GetMembers())
                {
                    if (method.Is(method.ContainingType.FindImplementationForInterfaceMember(promised)))
                        return true;
                }
            }
        }
        return false;
    }
}
