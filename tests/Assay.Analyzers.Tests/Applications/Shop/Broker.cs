namespace MassTransit;

/// <summary>What the shop needs of MassTransit.</summary>
public interface IConsumer<in TMessage>
    where TMessage : class
{
    Task Consume(ConsumeContext<TMessage> context);
}

public interface ConsumeContext<out TMessage>
    where TMessage : class
{
    TMessage Message { get; }

    CancellationToken CancellationToken { get; }
}
