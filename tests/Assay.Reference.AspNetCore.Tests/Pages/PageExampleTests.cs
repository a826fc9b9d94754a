namespace Assay.Reference.AspNetCore.Tests.Pages;

/// <summary>The examples of the documentation compile against the libraries as they are.</summary>
public sealed class PageExampleTests
{
    // What the text around an example takes for granted.
    private static readonly Dictionary<string, string> s_surroundings = new()
    {
        ["reference/caching.md"] = """
            sealed record Quote(decimal Price);
            interface IFeed { ValueTask<Quote> LoadAsync(string symbol, CancellationToken token); }
            static TimeProvider timeProvider = null!;
            static IFeed feed = null!;
            static string symbol = "";
            static CancellationToken cancellationToken;
            static IServiceCollection services = null!;
            """,
        ["reference/ledger.md"] = "static object? PaymentRequired() => null;",
        ["reference/postgresql.md"] = """
            sealed record Quote(decimal Price);
            interface IFeed { ValueTask<Quote> LoadAsync(string symbol, CancellationToken token); }
            static Npgsql.NpgsqlDataSource source = null!;
            static PostgresRateLimit limit = null!;
            static IFeed feed = null!;
            static string header = "", tenant = "", symbol = "";
            """,
        ["reference/rate-limiting.md"] = """
            static TimeProvider timeProvider = null!;
            static CancellationToken cancellationToken;
            static IServiceCollection services = null!;
            static WebApplication app = null!;
            static KeyedLimit<string> limits = null!;
            static TokenBucket bucket = null!;
            static object? TooManyRequests(TimeSpan after) => null;
            """,
        ["verify.md"] = """
            sealed class AtomicCounter { long _sum; public long Add(long amount) => Interlocked.Add(ref _sum, amount); }
            static AtomicCounter counter = null!;
            static History<RegisterCall<int>, Reply<int>> history = null!;
            static Action<IPrimitives> program = null!;
            """,
    };

    public static TheoryData<string> Pages => [.. PageExamples.Pages()];

    [Theory, MemberData(nameof(Pages))]
    public void Every_example_compiles(string page) =>
        Assert.Empty(PageExamples.ErrorsIn(PageExamples.Read(page), s_surroundings.GetValueOrDefault(page, "")));

    [Fact]
    public void No_page_is_missing_and_none_is_left_over() => Assert.Superset(
        s_surroundings.Keys.ToHashSet(), PageExamples.Pages().ToHashSet());

    [Theory, MemberData(nameof(Pages))]
    public void Every_test_that_a_page_names_exists(string page) =>
        Assert.Empty(PageExamples.TestsNamedIn(PageExamples.Read(page)).Except(PageExamples.TestSources.Names()));

    [Fact]
    public void A_test_that_is_named_and_not_there_is_caught() => Assert.Equal(
        ["No_such_test_exists"],
        PageExamples.TestsNamedIn("| H-RL-1 | `No_such_test_exists`, `Every_example_compiles` |").Except(PageExamples.TestSources.Names()));

    [Fact]
    public void An_example_that_names_what_is_not_there_is_caught()
    {
        var text = PageExamples.Read("reference/rate-limiting.md").Replace("TryAcquire(3)", "TryTake(3)", StringComparison.Ordinal);
        Assert.Contains("TryTake", Assert.Single(PageExamples.ErrorsIn(text, s_surroundings["reference/rate-limiting.md"])), StringComparison.Ordinal);
    }
}
