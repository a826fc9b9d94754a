using System.Security.Cryptography;
using System.Text;
using Assay.Reference.RateLimiting;
using Npgsql;

namespace Assay.Reference.PostgreSql.RateLimiting;

/// <summary>
/// A token bucket per key that any number of processes share: GCRA in one statement, on the server's clock, so that the clocks of the
/// processes do not matter.
/// </summary>
/// <remarks>
/// In every window of length W a key is granted at most its burst plus W times its rate. Keys that were refused are remembered here
/// until they can be granted, and refused without asking the server: a refusal is then as fast as a look-up, and never wrong, because
/// permits only come back with time.
/// </remarks>
public sealed class PostgresRateLimit
{
    private const long Second = 1_000_000;

    private readonly NpgsqlDataSource _source;
    private readonly PostgresRateLimitOptions _options;
    private readonly TimeProvider _clock;
    private readonly DenyList _denied;
    private readonly string _acquire;
    private readonly string _lease;
    private readonly string _giveBack;
    private readonly string _sweep;

    /// <summary>Creates a limit over the table that <see cref="CreateSchemaAsync"/> made.</summary>
    /// <param name="source">The database.</param>
    /// <param name="options">Rate, burst and schema.</param>
    /// <param name="clock">Counts how long refusals are remembered; the system's when null. Permits depend on the server's clock alone.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public PostgresRateLimit(NpgsqlDataSource source, PostgresRateLimitOptions options, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_source, _options, _clock) = (source, options, clock ?? TimeProvider.System);
        _denied = new DenyList(options.RememberedRefusals, _clock);
        var schema = SqlScript.Quoted(options.Schema);
        _acquire = $"select missing, remaining from {schema}.acquire($1, $2, $3)";
        _lease = $"select granted, missing from {schema}.lease_all($1, $2, $3, $4, $5, $6, $7)";
        _giveBack = $"select {schema}.give_back($1, $2, $3, $4)";
        _sweep = $"select {schema}.sweep($1)";
    }

    internal TimeProvider Clock => _clock;

    private long PeriodMicroseconds => _options.Period.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Makes the table and its functions. Safe to run in every process at its start.</summary>
    /// <param name="source">The database.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>When they are there.</returns>
    public static Task CreateSchemaAsync(NpgsqlDataSource source, string schema = "assay_limits", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(schema);
        return SqlScript.RunAsync(source, schema, cancellationToken, "limiter.sql");
    }

    /// <summary>Takes permits of a key, all or none.</summary>
    /// <param name="key">The key, of any length and any text; case counts.</param>
    /// <param name="permits">How many; from one to the burst.</param>
    /// <param name="cancellationToken">Ends the wait. Permits may have been taken then.</param>
    /// <returns>
    /// The answer; its ticks are those of the clock given to the constructor. Between the server's answer and the retry lie the way back
    /// and the difference in pace of two clocks, so the instant is a lower bound.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="permits"/> can never be granted.</exception>
    /// <exception cref="NpgsqlException">The server cannot be reached. Whoever limits decides whether to let pass.</exception>
    public async ValueTask<Decision> AcquireAsync(string key, int permits = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        Check(permits);
        var id = IdOf(key);
        if (_denied.TicksLeft(id, permits) is > 0 and var left)
            return new Decision(false, left, 0);
        var cost = CostOf(permits);
        await using var command = _source.CreateCommand(_acquire);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = cost });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = CostOf(_options.Burst) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var (missing, remaining) = (reader.GetInt64(0), (int)Math.Max(0, reader.GetInt64(1) / Math.Max(1, CostOf(1))));
        if (missing == 0)
            return new Decision(true, 0, remaining);
        var ticks = TicksOf(missing);
        _denied.Remember(id, permits, ticks);
        return new Decision(false, ticks, remaining);
    }

    /// <summary>Forgets keys that are full again, so that the table does not grow with every key ever seen. Run it now and then, anywhere.</summary>
    /// <param name="most">The most keys to forget in one statement.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were forgotten.</returns>
    public async Task<long> SweepAsync(int most = 10_000, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        await using var command = _source.CreateCommand(_sweep);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = most });
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    internal void Check(int permits)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(permits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(permits, _options.Burst);
    }

    /// <summary>The ticks during which a request is certain to be refused; zero when the server must be asked.</summary>
    internal long TicksDenied(byte[] id, int permits) => _denied.TicksLeft(id, permits);

    /// <summary>
    /// Takes for each question as many permits as there are, at least those needed, and gives back others first: the ticks are those missing
    /// when it takes none.
    /// </summary>
    internal async Task<LeaseAnswer[]> LeaseAsync(IReadOnlyList<LeaseQuestion> questions, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(_lease);
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. questions.Select(q => q.Id)] });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. questions.Select(q => q.Least)] });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. questions.Select(q => Math.Max(q.Least, Math.Min(q.Most, _options.Burst)))] });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. questions.Select(q => q.Returned)] });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = _options.PermitsPerPeriod });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = PeriodMicroseconds });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = _options.Burst });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var (granted, missing) = (reader.GetFieldValue<int[]>(0), reader.GetFieldValue<long[]>(1));
        return [.. questions.Select((question, i) => AnswerTo(question, granted[i], missing[i]))];
    }

    /// <summary>Gives permits back, each once: never to be repeated.</summary>
    internal async Task GiveBackAsync(IReadOnlyCollection<(byte[] Id, int Permits)> unused, CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(_giveBack);
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. unused.Select(lease => lease.Id)] });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. unused.Select(lease => lease.Permits)] });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = _options.PermitsPerPeriod });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = PeriodMicroseconds });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private LeaseAnswer AnswerTo(LeaseQuestion question, int granted, long missing)
    {
        if (granted > 0)
            return new LeaseAnswer(granted, 0);
        var ticks = TicksOf(missing);
        _denied.Remember(question.Id, question.Least, ticks);
        return new LeaseAnswer(0, ticks);
    }

    // A key of a megabyte costs the table and the deny list no more than a short one.
    internal static byte[] IdOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    // Rounded up: a permit never costs less time than its rate says. 10^6 times the longest period fits 64 bits by the options' bounds.
    private long CostOf(int permits) => (long)((((Int128)_options.Period.Ticks / TimeSpan.TicksPerMicrosecond * permits) + _options.PermitsPerPeriod - 1) / _options.PermitsPerPeriod);

    private long TicksOf(long microseconds) => (long)((((Int128)microseconds * _clock.TimestampFrequency) + Second - 1) / Second);
}
