namespace Assay.Verify;

/// <summary>Lets real threads call a fresh object at the same moment, round after round, and checks each history against a model.</summary>
public static class Stress
{
    /// <summary>Runs rounds until one fails or all are done.</summary>
    /// <typeparam name="TSubject">The object under test.</typeparam>
    /// <typeparam name="TState">The model's state.</typeparam>
    /// <typeparam name="TOp">What is asked of the object.</typeparam>
    /// <typeparam name="TResult">What it answers.</typeparam>
    /// <param name="model">The specification.</param>
    /// <param name="create">Makes the object of a round.</param>
    /// <param name="nextCall">Draws a call for a lane from the seed's randomness.</param>
    /// <param name="execute">Makes the call; on several threads at once.</param>
    /// <param name="options">Bounds and seed; the default when null.</param>
    /// <param name="cancellationToken">Ends the run between two rounds or within a check.</param>
    /// <returns>The outcome; the first violation or exception ends the run.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static StressResult<TOp, TResult> Run<TSubject, TState, TOp, TResult>(
        ISequentialModel<TState, TOp, TResult> model,
        Func<TSubject> create,
        Func<Random, int, TOp> nextCall,
        Func<TSubject, TOp, TResult> execute,
        StressOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(nextCall);
        ArgumentNullException.ThrowIfNull(execute);
        options ??= new StressOptions();
        using var threads = new WorkerThreads();
        var undecided = 0;
        var history = new History<TOp, TResult>([]);
        for (var round = 0; round < options.Rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var subject = create();
            (history, var exception) = Round<TOp, TResult>(round, nextCall, input => execute(subject, input), options, threads);
            var verdict = Linearizability.Check(model, history, options.Check, cancellationToken);
            undecided += verdict.IsUndecided ? 1 : 0;
            if (verdict is Verdict<TOp, TResult>.Violation || exception is not null)
                return new(round + 1, undecided, verdict as Verdict<TOp, TResult>.Violation, exception, history);
        }

        return new(options.Rounds, undecided, null, null, history);
    }

    private static (History<TOp, TResult> History, Exception? Exception) Round<TOp, TResult>(
        int round, Func<Random, int, TOp> nextCall, Func<TOp, TResult> execute, StressOptions options, WorkerThreads threads)
    {
        var recorder = new HistoryRecorder<TOp, TResult>();
        var waiting = options.Threads;
        Exception? thrown = null;
        using var ended = new CountdownEvent(options.Threads);
        for (var number = 0; number < options.Threads; number++)
        {
            var lane = recorder.NewLane();
            var calls = Calls(HashSeed.Of(HashSeed.Of(options.Seed, round), number), number, nextCall, options);
            threads.Start(() =>
            {
                try
                {
                    // The common start: spinning, because a thread that sleeps here starts too late to meet the others.
                    Interlocked.Decrement(ref waiting);
                    SpinWait.SpinUntil(() => Volatile.Read(ref waiting) == 0);
                    foreach (var (spins, input) in calls)
                    {
                        Thread.SpinWait(spins);
                        lane.Call(input, execute);
                    }
                }
                catch (Exception exception)
                {
                    // Whatever the object throws is the finding; the call stays pending in the history.
                    Interlocked.CompareExchange(ref thrown, exception, null);
                }
                finally
                {
                    ended.Signal();
                }
            });
        }

        ended.Wait();
        return (recorder.ToHistory(), thrown);
    }

    // Drawn before the start, so that randomness costs no time between two calls.
    private static List<(int Spins, TOp Input)> Calls<TOp>(int seed, int lane, Func<Random, int, TOp> nextCall, StressOptions options)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, options.CallsPerThread).Select(_ => (random.Next(options.MaxSpins + 1), nextCall(random, lane)))];
    }
}
