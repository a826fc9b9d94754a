using System.Collections.Concurrent;

namespace Shop.Domain;

/// <summary>What a customer reads at the top of every page.</summary>
public static class Greetings
{
    private static readonly ConcurrentDictionary<string, string> s_greetings = new();

    public static string Of(string customerId) => s_greetings.GetOrAdd(customerId, id => $"Welcome back, {id}");
}
