using Microsoft.AspNetCore.Mvc;
using Shop.Domain;

namespace Shop.Service;

/// <summary>Takes in what customers send back.</summary>
[ApiController]
[Route("returns")]
public sealed class ReturnsController(ShopContext shop) : ControllerBase
{
    [HttpPost]
    public async Task<IActionResult> Announce(string customer, string sku, CancellationToken cancellationToken)
    {
        shop.Orders.Add(new Order { Customer = customer, Sku = sku, Quantity = -1 });
        await shop.SaveChangesAsync(cancellationToken);
        return Accepted();
    }
}
