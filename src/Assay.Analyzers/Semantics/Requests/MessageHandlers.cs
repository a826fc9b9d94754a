using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Semantics.Requests;

/// <summary>Tells the methods that a message library calls, by the interface that they implement or the trigger that they name.</summary>
internal static class MessageHandlers
{
    private static readonly string[] s_brokers =
    [
        "MassTransit.IConsumer`1", "NServiceBus.IHandleMessages`1", "Rebus.Handlers.IHandleMessages`1", "EasyNetQ.AutoSubscribe.IConsume`1", "EasyNetQ.AutoSubscribe.IConsumeAsync`1",
        "JustSaying.Messaging.MessageHandling.IHandlerAsync`1", "KafkaFlow.IMessageHandler`1", "SlimMessageBus.IConsumer`1",
    ];

    private static readonly string[] s_mediators = ["MediatR.IRequestHandler`1", "MediatR.IRequestHandler`2", "MediatR.INotificationHandler`1"];

    /// <summary>Whether a broker calls the method, which delivers a message at least once.</summary>
    public static bool IsCalledByBroker(IMethodSymbol method, KnownTypes types)
    {
        foreach (var parameter in method.Parameters)
        {
            if (IsTrigger(parameter))
                return true;
        }
        return Implements(method, s_brokers, types);
    }

    /// <summary>Whether a mediator within the process calls the method.</summary>
    public static bool IsCalledByMediator(IMethodSymbol method, KnownTypes types) => Implements(method, s_mediators, types);

    /// <summary>Whether the message comes in the parameter, as in <c>[ServiceBusTrigger("orders")] Order message</c>.</summary>
    public static bool IsTrigger(IParameterSymbol parameter)
    {
        foreach (var attribute in parameter.GetAttributes())
        {
            if (attribute.AttributeClass?.Name is "ServiceBusTriggerAttribute" or "QueueTriggerAttribute" or "KafkaTriggerAttribute" or "RabbitMQTriggerAttribute" or "EventHubTriggerAttribute")
                return true;
        }
        return false;
    }

    private static bool Implements(IMethodSymbol method, string[] contracts, KnownTypes types)
    {
        if (method.ContainingType is not { AllInterfaces.IsEmpty: false } type)
            return false;
        foreach (var name in contracts)
        {
            if (types[name] is not { } contract)
                continue;
            foreach (var implemented in type.AllInterfaces)
            {
                if (implemented.OriginalDefinition.Is(contract) && implemented.GetMembers().Any(promised => method.Is(type.FindImplementationForInterfaceMember(promised))))
                    return true;
            }
        }
        return false;
    }
}
