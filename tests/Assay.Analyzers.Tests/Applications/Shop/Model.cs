using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Shop;

public enum OrderState { Draft, Placed, Paid, Shipped, Cancelled }

public sealed class Product
{
    public int Id { get; set; }

    [MaxLength(32)]
    public required string Sku { get; set; }

    [MaxLength(200)]
    public required string Name { get; set; }

    public decimal Price { get; set; }

    public int Stock { get; set; }

    public int CategoryId { get; set; }

    public bool IsListed { get; set; }

    public double Weight { get; set; }

    public double AverageRating { get; set; }
}

public sealed class Customer
{
    public int Id { get; set; }

    [MaxLength(320)]
    public required string Email { get; set; }

    [MaxLength(200)]
    public required string Name { get; set; }

    public DateTimeOffset RegisteredAt { get; set; }

    public bool AcceptsMail { get; set; }
}

/// <summary>Store credit. The row version rejects the second of two writers.</summary>
public sealed class Wallet
{
    public int Id { get; set; }

    public int CustomerId { get; set; }

    public decimal Balance { get; set; }

    [Timestamp]
    public byte[] Version { get; set; } = [];
}

/// <summary>A gift card. Its token is configured in <see cref="GiftCardConfiguration"/>.</summary>
public sealed class GiftCard
{
    public int Id { get; set; }

    [MaxLength(24)]
    public required string Code { get; set; }

    public decimal Balance { get; set; }

    public uint Revision { get; set; }
}

public sealed class Coupon
{
    public int Id { get; set; }

    [MaxLength(24)]
    public required string Code { get; set; }

    public int Remaining { get; set; }

    public decimal Percentage { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}

public sealed class Order
{
    public int Id { get; set; }

    public int CustomerId { get; set; }

    public OrderState State { get; set; }

    public decimal Total { get; set; }

    public DateTimeOffset PlacedAt { get; set; }

    [MaxLength(64)]
    public string? IdempotencyKey { get; set; }

    public List<OrderLine> Lines { get; } = [];
}

public sealed class OrderLine
{
    public int Id { get; set; }

    public int OrderId { get; set; }

    public int ProductId { get; set; }

    public int Quantity { get; set; }

    public decimal UnitPrice { get; set; }
}

public sealed class Subscription
{
    public int Id { get; set; }

    [MaxLength(320)]
    public required string Email { get; set; }
}

public sealed class ProcessedMessage
{
    [Key]
    public Guid MessageId { get; set; }

    public DateTimeOffset At { get; set; }
}

public sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    public DbSet<Product> Products => Set<Product>();

    public DbSet<Customer> Customers => Set<Customer>();

    public DbSet<Wallet> Wallets => Set<Wallet>();

    public DbSet<GiftCard> GiftCards => Set<GiftCard>();

    public DbSet<Coupon> Coupons => Set<Coupon>();

    public DbSet<Order> Orders => Set<Order>();

    public DbSet<Subscription> Subscriptions => Set<Subscription>();

    public DbSet<ProcessedMessage> ProcessedMessages => Set<ProcessedMessage>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(ShopContext).Assembly);
        modelBuilder.Entity<Product>().HasIndex(p => p.Sku).IsUnique();
        modelBuilder.Entity<Order>().HasIndex(o => o.IdempotencyKey).IsUnique();
    }
}

internal sealed class GiftCardConfiguration : IEntityTypeConfiguration<GiftCard>
{
    public void Configure(EntityTypeBuilder<GiftCard> builder)
    {
        builder.HasIndex(c => c.Code).IsUnique();
        builder.Property(c => c.Revision).IsRowVersion();
    }
}
