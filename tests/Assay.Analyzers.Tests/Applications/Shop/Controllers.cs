using System.Collections.Concurrent;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Shop;

public sealed record SignIn(string Email, string Password);

/// <summary>Products for the back office.</summary>
[ApiController]
[Route("api/products")]
public sealed class ProductsController(ShopContext db, IMemoryCache cache, ILogger<ProductsController> logger) : ControllerBase
{
    private static readonly ConcurrentDictionary<string, List<Product>> s_searches = new(); // finds ASSAY8001
    private static readonly ConcurrentDictionary<OrderState, string> s_labels = new();

    [HttpGet("search")]
    public async Task<IActionResult> Search([FromQuery] string term, CancellationToken cancellationToken)
    {
        if (s_searches.TryGetValue(term, out var known))
            return Ok(known);
        var found = await db.Products.Where(p => p.Name.Contains(term)).Take(50).ToListAsync(cancellationToken);
        s_searches[term] = found; // finds ASSAY2003
        return Ok(found);
    }

    [HttpGet("cached")]
    public async Task<IActionResult> Cached([FromQuery] string term, CancellationToken cancellationToken)
    {
        var found = await cache.GetOrCreateAsync("search:" + term, async entry =>
        {
            entry.Size = 1;
            entry.AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(5);
            return await db.Products.Where(p => p.Name.Contains(term)).Take(50).ToListAsync(cancellationToken);
        });
        return Ok(found);
    }

    [HttpGet("states/{state}")]
    public string Label(OrderState state) => s_labels.GetOrAdd(state, s => s.ToString().ToUpperInvariant());

    /// <summary>The category's name becomes part of the statement.</summary>
    [HttpGet("raw")]
    public Task<List<Product>> Raw([FromQuery] string category, CancellationToken cancellationToken) =>
        db.Products.FromSqlRaw("SELECT * FROM Products WHERE Category = '" + category + "'").ToListAsync(cancellationToken); // finds ASSAY5004

    /// <summary>The holes become parameters.</summary>
    [HttpGet("safe")]
    public Task<List<Product>> Safe([FromQuery] string category, CancellationToken cancellationToken) =>
        db.Products.FromSql($"SELECT * FROM Products WHERE Category = {category}").ToListAsync(cancellationToken);

    [HttpDelete("{id:int}")]
    public async Task<IActionResult> Delete(int id, CancellationToken cancellationToken)
    {
        try
        {
            await db.Database.ExecuteSqlAsync($"DELETE FROM Products WHERE Id = {id}", cancellationToken);
            return NoContent();
        }
        catch (DbUpdateException exception)
        {
            logger.LogError("Product {Id} could not be deleted: {Reason}", id, exception.Message); // finds ASSAY7002
            return StatusCode(500, "The product is in use.");
        }
    }

    [HttpPost("{id:int}/photo")]
    public async Task<IActionResult> Photo(int id, IFormFileLike file, CancellationToken cancellationToken)
    {
        if (file.Length > 5_000_000)
            return BadRequest("A photo has at most 5 MB.");
        try
        {
            await file.SaveAsync($"{id}.jpg", cancellationToken);
            return NoContent();
        }
        catch (IOException exception)
        {
            logger.LogError(exception, "Photo of {Id} could not be stored", id);
            return StatusCode(500, exception.ToString()); // finds ASSAY6001
        }
    }
}

public interface IFormFileLike
{
    long Length { get; }

    Task SaveAsync(string name, CancellationToken cancellationToken);
}

/// <summary>Signs customers in.</summary>
[ApiController]
[Route("api/account")]
public sealed class AccountController(ShopContext db, IConfiguration configuration, IHttpClientFactory clients, ILogger<AccountController> logger) : ControllerBase
{
    [HttpPost("sign-in")]
    public async Task<IActionResult> SignInAsync(SignIn request, CancellationToken cancellationToken)
    {
        logger.LogInformation("Sign-in of {Email} with {Password}", request.Email, request.Password); // finds ASSAY7003
        var customer = await db.Customers.SingleOrDefaultAsync(c => c.Email == request.Email, cancellationToken);
        return customer is null ? Unauthorized() : Ok(customer.Id);
    }

    [HttpPost("sign-in/careful")]
    public async Task<IActionResult> SignInCarefullyAsync(SignIn request, CancellationToken cancellationToken)
    {
        logger.LogInformation("Sign-in of {Email}, a password of {Length} characters", request.Email, request.Password.Length);
        var customer = await db.Customers.SingleOrDefaultAsync(c => c.Email == request.Email, cancellationToken);
        return customer is null ? Unauthorized() : Ok(customer.Id);
    }

    [HttpGet("database")]
    public IActionResult Database()
    {
        var connectionString = configuration.GetConnectionString("Shop");
        logger.LogDebug("Connecting with {ConnectionString}", connectionString); // finds ASSAY7003
        return connectionString is null ? NotFound() : NoContent();
    }

    /// <summary>Sockets run out under load.</summary>
    [HttpGet("avatar/{id:int}")]
    public async Task<IActionResult> Avatar(int id, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(); // finds ASSAY6002
        var bytes = await client.GetByteArrayAsync($"https://avatars.example/{id}", cancellationToken);
        return File(bytes, "image/png");
    }

    [HttpGet("avatar/{id:int}/pooled")]
    public async Task<IActionResult> PooledAvatar(int id, CancellationToken cancellationToken)
    {
        var client = clients.CreateClient("avatars");
        var bytes = await client.GetByteArrayAsync($"https://avatars.example/{id}", cancellationToken);
        return File(bytes, "image/png");
    }

    /// <summary>The template differs for every customer, so nothing can be counted by it.</summary>
    [HttpPost("{id:int}/mail")]
    public async Task<IActionResult> Mail(int id, CancellationToken cancellationToken)
    {
        logger.LogInformation($"Mail wanted by {id}"); // finds ASSAY7001
        var changed = await db.Customers.Where(c => c.Id == id).ExecuteUpdateAsync(c => c.SetProperty(x => x.AcceptsMail, true), cancellationToken);
        return changed == 1 ? NoContent() : NotFound();
    }

    [HttpPost("{id:int}/close")]
    public async Task<IActionResult> Close(int id, CancellationToken cancellationToken)
    {
        try
        {
            await db.Customers.Where(c => c.Id == id).ExecuteDeleteAsync(cancellationToken);
        }
        catch (InvalidOperationException exception)
        {
            logger.LogError("Customer {Id} could not be closed {Error}", id, exception); // finds ASSAY7005
            return Conflict();
        }
        return NoContent();
    }

    [HttpPost("{id:int}/greet")]
    public IActionResult Greet(int id, [FromQuery] string name)
    {
        logger.LogInformation("Greeting {Name} ({Id}) again", name); // finds ASSAY7006
        return Ok($"Hello {name}, number {id}");
    }
}
