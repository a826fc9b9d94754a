using Microsoft.EntityFrameworkCore;
using Shop.Domain;

namespace Shop.Service;

/// <summary>Finds orders by what customers remember of them.</summary>
public sealed class OrderSearch(ShopContext database)
{
    public Task<List<Order>> ByCustomerAsync(string customer, CancellationToken cancellationToken) =>
        database.Orders.FromSqlRaw($"SELECT * FROM Orders WHERE Customer = '{customer}'").ToListAsync(cancellationToken);
}
