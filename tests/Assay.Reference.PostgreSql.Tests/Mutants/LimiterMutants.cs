namespace Assay.Reference.PostgreSql.Tests.Mutants;

/// <summary>Leases of permits as they are often written.</summary>
internal static class LimiterMutants
{
    public static SqlMutant UnlockedRead { get; } = new(
        "what is left is read without a lock",
        """
                from {schema}.bucket b where b.key = p_key for update;
                exit when found;
        """,
        """
                from {schema}.bucket b where b.key = p_key;
                if found then perform pg_sleep(0.01); exit; end if;
        """);

    public static SqlMutant GivenBackTwice { get; } = new(
        "permits are given back both in the question and by themselves",
        "select greatest(b.arrival - div(p_returned::numeric * p_period, p_permits)::bigint, instant) into before",
        "select greatest(b.arrival - 2 * div(p_returned::numeric * p_period, p_permits)::bigint, instant) into before");

    public static SqlMutant FreeRemainder { get; } = new(
        "costs are rounded down",
        "set arrival = before + ceil(granted::numeric * p_period / p_permits)::bigint",
        "set arrival = before + floor(granted::numeric * p_period / p_permits)::bigint");

    public static SqlMutant HalfGrant { get; } = new("fewer than were asked for are given", "if granted < p_least then", "if granted < 1 then");
}
