using Microsoft.EntityFrameworkCore;
using Shop.Domain;

namespace Shop.Service;

public sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();

    public DbSet<Settlement> Settlements => Set<Settlement>();
}

public sealed class Settlement
{
    public int Id { get; init; }

    public Guid OrderId { get; init; }

    public long Cents { get; init; }

    public DateOnly ValueDate { get; init; }
}
