namespace Assay.Reference.PostgreSql.RateLimiting;

/// <summary>Asks for permits of a key.</summary>
/// <param name="Id">The key's.</param>
/// <param name="Least">How many are needed.</param>
/// <param name="Most">How many are wanted.</param>
/// <param name="Returned">How many of an earlier lease are given back.</param>
internal sealed record LeaseQuestion(byte[] Id, int Least, int Most, int Returned)
{
    // Asynchronously: a caller that goes on inside SetResult would hold up everybody's questions.
    private readonly TaskCompletionSource<LeaseAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<LeaseAnswer> Answer => _answer.Task;

    public void Complete(LeaseAnswer answer) => _answer.TrySetResult(answer);

    public void Fail(Exception exception)
    {
        _answer.TrySetException(exception);
        // A caller that has given up does not look: that is no unobserved failure.
        _ = _answer.Task.Exception;
    }
}

/// <summary>What a question came to: permits, or the ticks during which none will be granted.</summary>
internal readonly record struct LeaseAnswer(int Granted, long MissingTicks);

/// <summary>Asks the server: whatever is asked while one statement is under way shares the next.</summary>
internal sealed class LeaseQuestions(PostgresRateLimit limit)
{
    // A statement holds the rows of its keys until it is over.
    private const int MostTogether = 64;

    // Guards both below.
    private readonly Lock _gate = new();
    private readonly Queue<LeaseQuestion> _waiting = [];
    private bool _isAsking;

    /// <summary>Asks, alone or with others. The token ends the wait, not the question.</summary>
    public Task<LeaseAnswer> AskAsync(LeaseQuestion question, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        bool isFirst;
        lock (_gate)
        {
            _waiting.Enqueue(question);
            (isFirst, _isAsking) = (!_isAsking, true);
        }

        if (isFirst)
            _ = AskAllAsync();
        return question.Answer.WaitAsync(cancellationToken);
    }

    private async Task AskAllAsync()
    {
        while (Take() is { Count: > 0 } together)
        {
            try
            {
                var answers = await limit.LeaseAsync(together, CancellationToken.None).ConfigureAwait(false);
                for (var i = 0; i < answers.Length; i++)
                    together[i].Complete(answers[i]);
            }
            // Whatever it is, those who asked hear of it, and the next are asked for.
            catch (Exception exception)
            {
                together.ForEach(question => question.Fail(exception));
            }

            await CallerTurns.UntilAsync(together.Count, CountWaiting).ConfigureAwait(false);
        }
    }

    private int CountWaiting()
    {
        lock (_gate)
            return _waiting.Count;
    }

    private List<LeaseQuestion> Take()
    {
        var together = new List<LeaseQuestion>();
        lock (_gate)
        {
            while (together.Count < MostTogether && _waiting.TryDequeue(out var question))
                together.Add(question);
            _isAsking = together.Count > 0;
        }

        return together;
    }
}
