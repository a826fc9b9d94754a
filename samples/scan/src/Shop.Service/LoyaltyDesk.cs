using Microsoft.EntityFrameworkCore;

namespace Shop.Service;

/// <summary>Keeps the points of customers, as if one request came at a time.</summary>
public sealed class LoyaltyDesk(ShopContext database)
{
    public async Task<bool> OpenAsync(string customer, CancellationToken cancellationToken)
    {
        if (await database.LoyaltyCards.AnyAsync(c => c.Customer == customer, cancellationToken))
            return false;
        database.LoyaltyCards.Add(new LoyaltyCard { Customer = customer });
        await database.SaveChangesAsync(cancellationToken);
        return true;
    }

    public async Task<bool> RedeemAsync(string customer, int points, CancellationToken cancellationToken)
    {
        var card = await database.LoyaltyCards.FirstOrDefaultAsync(c => c.Customer == customer, cancellationToken);
        if (card is null || card.Points < points)
            return false;
        card.Points -= points;
        await database.SaveChangesAsync(cancellationToken);
        return true;
    }

    public async Task<int> PointsOfAsync(IReadOnlyList<string> customers, CancellationToken cancellationToken)
    {
        var points = 0;
        foreach (var customer in customers)
            points += await database.LoyaltyCards.Where(c => c.Customer == customer).Select(c => c.Points).SumAsync(cancellationToken);
        return points;
    }

    public async Task PromoteAsync(string level, CancellationToken cancellationToken)
    {
        foreach (var card in await database.LoyaltyCards.Where(c => c.Points > 1000).ToListAsync(cancellationToken))
        {
            card.Level = level;
            await database.SaveChangesAsync(cancellationToken);
        }
    }

    public async Task<(int Cards, int Orders)> CountAsync(CancellationToken cancellationToken)
    {
        var cards = database.LoyaltyCards.CountAsync(cancellationToken);
        var orders = database.Orders.CountAsync(cancellationToken);
        return (await cards, await orders);
    }
}
