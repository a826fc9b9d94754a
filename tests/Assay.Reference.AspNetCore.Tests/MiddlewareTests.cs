using System.Net;
using System.Threading.RateLimiting;
using Assay.Reference.RateLimiting;
using Assay.Verify;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Reference.AspNetCore.Tests;

/// <summary>The limiters inside ASP.NET Core's own middleware, over a real connection. Three permits, one back every two seconds.</summary>
public sealed class MiddlewareTests
{
    private static readonly RateLimitPolicy Policy = new("api", 3, TimeSpan.FromSeconds(6));

    private readonly ManualClock _clock = new();

    [Fact]
    public async Task A_limiter_by_key_is_the_middlewares_global_limiter()
    {
        await using var limiter = new KeyedRateLimiter<HttpContext, string>(
            new KeyedLimit<string>(_ => Bucket(), 10), context => context.Request.Query["tenant"].ToString(), clock: _clock);
        await using var host = await HostAsync(options => options.AddPolicy("slow", _ => RateLimitPartition.GetNoLimiter("all")).GlobalLimiter = limiter);
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, "/?tenant=a"));
        _clock.Advance(TimeSpan.FromMilliseconds(500));
        using var rejected = await host.GetAsync("/?tenant=a");
        Assert.Equal(HttpStatusCode.TooManyRequests, rejected.StatusCode);
        // One and a half seconds: told as two, so that who waits is not early.
        Assert.Equal("2", Field(rejected, "Retry-After"));
        Assert.Equal("\"api\";q=3;w=6", Field(rejected, "RateLimit-Policy"));
        Assert.Equal("\"api\";r=0;t=2", Field(rejected, "RateLimit"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, "/?tenant=b"));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, "/?tenant=a"));
    }

    [Fact]
    public async Task A_limiter_of_one_endpoint_is_a_policy_of_the_middleware()
    {
        await using var host = await HostAsync(options => options.AddPolicy("slow", context =>
            RateLimitPartition.Get(context.Request.Query["tenant"].ToString(), _ => new PermitRateLimiter(Bucket()))));
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, "/slow?tenant=a"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(host, "/slow?tenant=a"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, "/slow?tenant=b"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, "/?tenant=a"));
    }

    [Fact]
    public async Task Requests_held_by_a_concurrency_limit_come_back_when_they_are_answered()
    {
        var (arrived, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var limiter = new PermitRateLimiter(new ConcurrencyLimit(1, _clock));
        await using var host = await LoopbackHost.StartAsync(
            services => services.AddRateLimiter(options => options.AddPolicy("one", _ => RateLimitPartition.Get("all", _ => limiter))
                .OnRejected = RateLimitResponses.OnRejected()),
            app =>
            {
                app.UseRateLimiter();
                app.MapGet("/", async () =>
                {
                    arrived.TrySetResult();
                    await answer.Task;
                }).RequireRateLimiting("one");
            });
        var first = host.GetAsync("/");
        await arrived.Task.WaitAsync(TestContext.Current.CancellationToken);
        using (var rejected = await host.GetAsync("/"))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, rejected.StatusCode);
            Assert.False(rejected.Headers.Contains("Retry-After"));
            Assert.False(rejected.Headers.Contains("RateLimit"));
        }

        answer.SetResult();
        using var answered = await first;
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
    }

    [Fact]
    public async Task Who_asks_the_limit_by_himself_tells_what_is_left()
    {
        var bucket = Bucket();
        await using var host = await LoopbackHost.StartAsync(_ => { }, app => app.MapGet("/", context =>
        {
            RateLimitResponses.Write(context.Response, Policy, bucket, bucket.TryAcquire());
            return Task.CompletedTask;
        }));
        using var granted = await host.GetAsync("/");
        Assert.Equal((HttpStatusCode.OK, "\"api\";r=2"), (granted.StatusCode, Field(granted, "RateLimit")));
        Assert.False(granted.Headers.Contains("Retry-After"));
        bucket.TryAcquire(2);
        using var rejected = await host.GetAsync("/");
        Assert.Equal((HttpStatusCode.TooManyRequests, "2", "\"api\";r=0;t=2"), (rejected.StatusCode, Field(rejected, "Retry-After"), Field(rejected, "RateLimit")));
    }

    private static string Field(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));

    private static async Task<HttpStatusCode> StatusAsync(LoopbackHost host, string path)
    {
        using var response = await host.GetAsync(path);
        return response.StatusCode;
    }

    private static Task<LoopbackHost> HostAsync(Action<RateLimiterOptions> configure) => LoopbackHost.StartAsync(
        services => services.AddRateLimiter(options =>
        {
            options.OnRejected = RateLimitResponses.OnRejected(Policy);
            configure(options);
        }),
        app =>
        {
            app.UseRateLimiter();
            app.MapGet("/", () => "served");
            app.MapGet("/slow", () => "served").RequireRateLimiting("slow");
        });

    private TokenBucket Bucket() => new(3, 1, TimeSpan.FromSeconds(2), _clock);
}
