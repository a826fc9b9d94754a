using Microsoft.EntityFrameworkCore;
using Shop.Domain;

namespace Shop.Service;

public sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    public DbSet<Order> Orders => Set<Order>();

    public DbSet<Settlement> Settlements => Set<Settlement>();

    public DbSet<LoyaltyCard> LoyaltyCards => Set<LoyaltyCard>();
}

public sealed class Settlement
{
    public int Id { get; init; }

    public Guid OrderId { get; init; }

    public long Cents { get; init; }

    public DateOnly ValueDate { get; init; }
}

public sealed class LoyaltyCard
{
    public int Id { get; init; }

    public required string Customer { get; init; }

    public int Points { get; set; }

    public string Level { get; set; } = "basic";
}
