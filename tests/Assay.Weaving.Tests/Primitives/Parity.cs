// Sequences of calls without contention: each method runs as it is and woven, and must see the same answers and exceptions.
public sealed class Log
{
    private readonly List<string> _seen = [];

    public void Of(Func<object?> call)
    {
        try { _seen.Add(Show(call())); }
        catch (Exception thrown) { _seen.Add(Name(thrown)); }
    }

    public void Do(Action call) => Of(() => { call(); return "done"; });

    public override string ToString() => string.Join('\n', _seen);

    private static string Show(object? answer) => answer switch
    {
        Task { Exception: { } thrown } task => $"{task.Status} {Name(thrown.InnerException!)}",
        Task task => $"{task.Status}",
        string text => text,
        System.Collections.IEnumerable items => $"[{string.Join(", ", items.Cast<object>())}]",
        _ => $"{answer}",
    };

    private static string Name(Exception thrown)
    {
        var type = thrown.GetType();
        while (!type.IsVisible)
            type = type.BaseType!;
        return type.Name + (thrown is AggregateException { InnerException: { } inner } ? $" of {Name(inner)}" : "");
    }
}

public static class Parity
{
    private static readonly CancellationToken Cancelled = new(true);

    public static void MonitorCalls(Log log)
    {
        object gate = new(), other = new();
        log.Do(() => Monitor.Exit(gate));
        log.Do(() => Monitor.Pulse(gate));
        log.Do(() => Monitor.PulseAll(gate));
        log.Of(() => Monitor.Wait(gate, 0));
        log.Do(() => Monitor.Enter(null!));
        log.Do(() => Monitor.Exit(null!));
        log.Do(() => Monitor.Pulse(null!));
        log.Of(() => Monitor.Wait(null!));
        log.Of(() => Monitor.IsEntered(null!));
        log.Of(() => Monitor.TryEnter(gate, -2));
        log.Of(() => Monitor.TryEnter(gate, TimeSpan.FromDays(100)));
        log.Of(() => Monitor.TryEnter(gate, TimeSpan.FromMilliseconds(-2)));
        log.Do(() => { var taken = true; Monitor.Enter(gate, ref taken); });
        log.Do(() => { var taken = true; Monitor.TryEnter(gate, ref taken); });
        log.Do(() => { var taken = true; Monitor.TryEnter(gate, 5, ref taken); });
        log.Of(() => { var taken = false; Monitor.TryEnter(gate, TimeSpan.Zero, ref taken); return taken; });
        log.Of(() => Monitor.TryEnter(gate));
        log.Of(() => Monitor.TryEnter(gate, -1));
        log.Of(() => Monitor.IsEntered(gate));
        log.Of(() => Monitor.IsEntered(other));
        log.Of(() => Monitor.Wait(gate, 0));
        log.Of(() => Monitor.Wait(gate, 1, false));
        log.Of(() => Monitor.Wait(gate, -2));
        log.Of(() => Monitor.IsEntered(gate));
        log.Do(() => Monitor.Pulse(gate));
        log.Do(() => { Monitor.Exit(gate); Monitor.Exit(gate); Monitor.Exit(gate); });
        log.Do(() => Monitor.Exit(gate));
        log.Of(() => Monitor.IsEntered(gate));
    }

    public static void LockCalls(Log log)
    {
        var gate = new Lock();
        log.Do(() => gate.Exit());
        log.Of(() => gate.TryEnter(-2));
        log.Of(() => gate.TryEnter(TimeSpan.FromMilliseconds(-3)));
        log.Of(() => gate.TryEnter(0));
        log.Of(() => gate.TryEnter());
        log.Of(() => gate.IsHeldByCurrentThread);
        log.Do(() => { using (gate.EnterScope()) { } });
        log.Do(() => { gate.Exit(); gate.Exit(); });
        log.Of(() => gate.IsHeldByCurrentThread);
        log.Do(() => gate.Exit());
    }

    public static void SemaphoreSlims(Log log)
    {
        var gate = new SemaphoreSlim(1, 2);
        log.Of(() => new SemaphoreSlim(-1));
        log.Of(() => new SemaphoreSlim(2, 1));
        log.Of(() => gate.Wait(TimeSpan.FromMilliseconds(-2)));
        log.Of(() => gate.Wait(0));
        log.Of(() => gate.Wait(0));
        log.Of(() => gate.Wait(1));
        log.Do(() => gate.Wait(Cancelled));
        log.Of(() => gate.Wait(0, Cancelled));
        log.Of(() => gate.WaitAsync(Cancelled));
        log.Of(() => gate.WaitAsync(0));
        log.Of(() => gate.WaitAsync(0).Result);
        log.Of(() => gate.AvailableWaitHandle.WaitOne(0));
        log.Of(() => gate.Release(2));
        log.Of(() => gate.AvailableWaitHandle.WaitOne(0));
        log.Of(() => gate.Release());
        log.Of(() => gate.Release(0));
        log.Of(() => gate.CurrentCount);
        log.Of(() => gate.WaitAsync());
        log.Of(() => gate.Wait(-1));
        log.Of(() => { var waits = gate.WaitAsync(); var before = waits.IsCompleted; gate.Release(); return $"{before} {waits.Wait(1_000)} {gate.CurrentCount}"; });
        gate.Dispose();
        log.Of(() => gate.Wait(0));
        log.Do(() => gate.Wait());
        log.Of(() => gate.WaitAsync());
        log.Of(() => gate.Release());
        log.Of(() => gate.CurrentCount);
    }

    public static void ManualResetEventSlims(Log log)
    {
        var open = new ManualResetEventSlim();
        log.Of(() => open.Wait(0));
        log.Of(() => open.Wait(-2));
        log.Of(() => open.Wait(TimeSpan.FromDays(60)));
        log.Of(() => open.Wait(1, Cancelled));
        log.Of(() => open.WaitHandle.WaitOne(0));
        log.Do(() => open.Set());
        log.Of(() => open.WaitHandle.WaitOne(0));
        log.Of(() => open.Wait(0));
        log.Do(() => open.Wait());
        log.Do(() => open.Wait(Cancelled));
        log.Do(() => open.Reset());
        log.Of(() => open.IsSet);
        open.Dispose();
        log.Of(() => open.Wait(0));
        log.Do(() => open.Wait());
        log.Do(() => open.Reset());
        log.Do(() => open.Set());
        log.Of(() => open.IsSet);
    }

    public static void CountdownEvents(Log log)
    {
        var left = new CountdownEvent(2);
        log.Of(() => new CountdownEvent(-1));
        log.Of(() => left.Signal(0));
        log.Of(() => left.Signal(3));
        log.Of(() => left.Wait(0));
        log.Of(() => left.Wait(-2));
        log.Of(() => left.Wait(1, Cancelled));
        log.Do(() => left.AddCount(0));
        log.Of(() => left.TryAddCount(2));
        log.Of(() => left.Signal(3));
        log.Of(() => left.WaitHandle.WaitOne(0));
        log.Of(() => left.Signal());
        log.Of(() => left.WaitHandle.WaitOne(0));
        log.Of(() => left.Signal());
        log.Of(() => left.TryAddCount());
        log.Do(() => left.AddCount());
        log.Do(() => left.Reset());
        log.Of(() => left.CurrentCount);
        log.Do(() => left.Reset(0));
        log.Of(() => left.IsSet);
        log.Do(() => left.Reset(-1));
        log.Do(() => left.Reset(1));
        left.Dispose();
        log.Do(() => left.Wait());
        log.Of(() => left.Signal());
        log.Do(() => left.AddCount());
        log.Do(() => left.Reset());
    }

    public static void Barriers(Log log)
    {
        var barrier = new Barrier(1, one => { if (one.CurrentPhaseNumber == 1) throw new NotSupportedException(); });
        log.Of(() => new Barrier(-1));
        log.Of(() => new Barrier(0).SignalAndWait(0));
        log.Of(() => barrier.SignalAndWait(-2));
        log.Of(() => barrier.SignalAndWait(1, Cancelled));
        log.Do(() => barrier.SignalAndWait());
        log.Do(() => barrier.SignalAndWait());
        log.Of(() => barrier.CurrentPhaseNumber);
        log.Of(() => barrier.AddParticipants(2));
        log.Of(() => barrier.AddParticipants(0));
        log.Of(() => barrier.AddParticipants(40_000));
        log.Of(() => barrier.SignalAndWait(0));
        log.Of(() => barrier.ParticipantsRemaining);
        log.Do(() => barrier.RemoveParticipants(4));
        log.Do(() => barrier.RemoveParticipants(2));
        log.Of(() => barrier.SignalAndWait(0));
        log.Of(() => barrier.CurrentPhaseNumber);
        log.Do(() => barrier.RemoveParticipant());
        log.Do(() => barrier.RemoveParticipant());
        log.Of(() => { Barrier? inner = null; inner = new Barrier(1, one => one.AddParticipant()); return inner.SignalAndWait(0); });
        log.Of(() => { var inner = new Barrier(1, one => one.SignalAndWait()); return inner.SignalAndWait(0); });
        barrier.Dispose();
        log.Do(() => barrier.SignalAndWait());
        log.Of(() => barrier.AddParticipant());
        log.Do(() => barrier.RemoveParticipant());
    }

    public static void ReaderWriterLockSlims(Log log)
    {
        foreach (var policy in new[] { LockRecursionPolicy.NoRecursion, LockRecursionPolicy.SupportsRecursion })
        {
            var gate = new ReaderWriterLockSlim(policy);
            log.Do(() => gate.ExitReadLock());
            log.Do(() => gate.ExitWriteLock());
            log.Do(() => gate.ExitUpgradeableReadLock());
            log.Of(() => gate.TryEnterReadLock(-2));
            log.Of(() => gate.TryEnterReadLock(0));
            log.Of(() => gate.TryEnterReadLock(0));
            log.Of(() => gate.TryEnterWriteLock(0));
            log.Of(() => gate.TryEnterUpgradeableReadLock(0));
            log.Of(() => $"{gate.IsReadLockHeld} {gate.CurrentReadCount} {gate.RecursiveReadCount}");
            log.Do(() => { while (gate.IsReadLockHeld) gate.ExitReadLock(); });
            log.Do(() => gate.EnterUpgradeableReadLock());
            log.Of(() => gate.TryEnterUpgradeableReadLock(0));
            log.Of(() => gate.TryEnterReadLock(0));
            log.Of(() => gate.TryEnterWriteLock(0));
            log.Of(() => $"{gate.IsReadLockHeld} {gate.IsUpgradeableReadLockHeld} {gate.IsWriteLockHeld} {gate.RecursiveUpgradeCount}");
            log.Do(() => { while (gate.IsWriteLockHeld) gate.ExitWriteLock(); });
            log.Do(() => { while (gate.IsReadLockHeld) gate.ExitReadLock(); });
            log.Of(() => gate.TryEnterWriteLock(0));
            log.Do(() => { while (gate.IsWriteLockHeld) gate.ExitWriteLock(); });
            log.Do(() => { while (gate.IsUpgradeableReadLockHeld) gate.ExitUpgradeableReadLock(); });
            log.Do(() => gate.EnterWriteLock());
            log.Of(() => gate.TryEnterWriteLock(0));
            log.Of(() => gate.TryEnterReadLock(0));
            log.Of(() => gate.TryEnterUpgradeableReadLock(0));
            log.Of(() => gate.RecursiveWriteCount);
            log.Do(() => gate.Dispose());
            log.Do(() => { while (gate.IsReadLockHeld) gate.ExitReadLock(); });
            log.Do(() => { while (gate.IsUpgradeableReadLockHeld) gate.ExitUpgradeableReadLock(); });
            log.Do(() => { while (gate.IsWriteLockHeld) gate.ExitWriteLock(); });
            log.Do(() => gate.Dispose());
            log.Do(() => gate.EnterReadLock());
            log.Of(() => gate.TryEnterWriteLock(0));
        }
    }

    public static void ReaderWriterLocks(Log log)
    {
        var gate = new ReaderWriterLock();
        log.Do(() => gate.ReleaseReaderLock());
        log.Do(() => gate.ReleaseWriterLock());
        log.Do(() => gate.AcquireReaderLock(-2));
        log.Do(() => { gate.AcquireReaderLock(0); gate.AcquireReaderLock(-1); });
        log.Of(() => $"{gate.IsReaderLockHeld} {gate.IsWriterLockHeld}");
        log.Do(() => gate.AcquireWriterLock(0));
        log.Of(() =>
        {
            var seen = gate.WriterSeqNum;
            var cookie = gate.UpgradeToWriterLock(-1);
            var held = $"{gate.IsReaderLockHeld} {gate.IsWriterLockHeld} {gate.AnyWritersSince(seen)}";
            gate.DowngradeFromWriterLock(ref cookie);
            return $"{held} {gate.IsReaderLockHeld} {gate.IsWriterLockHeld} {gate.WriterSeqNum - seen}";
        });
        log.Do(() => { gate.ReleaseReaderLock(); gate.ReleaseReaderLock(); });
        log.Of(() => gate.IsReaderLockHeld);
        log.Do(() => { gate.AcquireWriterLock(TimeSpan.FromSeconds(1)); gate.AcquireReaderLock(0); gate.AcquireWriterLock(0); });
        log.Do(() => gate.ReleaseReaderLock());
        log.Do(() => { gate.ReleaseWriterLock(); gate.ReleaseWriterLock(); });
        log.Do(() => gate.ReleaseWriterLock());
    }

    public static void Handles(Log log)
    {
        AutoResetEvent one = new(true), other = new(false);
        using var open = new ManualResetEvent(true);
        log.Of(() => one.WaitOne(-2));
        log.Of(() => one.WaitOne(TimeSpan.FromMilliseconds(-2)));
        log.Of(() => one.WaitOne(0));
        log.Of(() => one.WaitOne(0));
        log.Of(() => one.Set());
        log.Of(() => WaitHandle.WaitAny([one, open]));
        log.Of(() => WaitHandle.WaitAny([one, open]));
        log.Of(() => WaitHandle.WaitAll([one, open], 0));
        log.Of(() => WaitHandle.WaitAny([one, other], 0));
        log.Of(() => WaitHandle.WaitAll([]));
        log.Of(() => WaitHandle.WaitAny([]));
        log.Of(() => WaitHandle.WaitAll(null!));
        log.Of(() => WaitHandle.WaitAny([one, null!]));
        log.Of(() => WaitHandle.WaitAll([one, one], 0));
        log.Of(() => WaitHandle.SignalAndWait(one, open));
        log.Of(() => one.WaitOne(0, false));
        log.Of(() => open.Reset());
        log.Of(() => open.WaitOne(0));
        log.Of(() => ((IAsyncResult)Task.CompletedTask).AsyncWaitHandle.WaitOne(0));
        log.Of(() => ((IAsyncResult)new TaskCompletionSource().Task).AsyncWaitHandle.WaitOne(0));
        one.Dispose();
        log.Of(() => one.WaitOne(0));
        log.Of(() => one.Set());
        log.Of(() => one.Reset());
        log.Of(() => WaitHandle.WaitAny([open, one], 0));
    }

    public static void MutexesAndSemaphores(Log log)
    {
        var mutex = new Mutex();
        log.Do(() => mutex.ReleaseMutex());
        log.Of(() => mutex.WaitOne(0));
        log.Of(() => mutex.WaitOne());
        log.Do(() => { mutex.ReleaseMutex(); mutex.ReleaseMutex(); });
        log.Do(() => mutex.ReleaseMutex());
        mutex.Dispose();
        log.Of(() => mutex.WaitOne(0));
        log.Do(() => mutex.ReleaseMutex());
        log.Of(() =>
        {
            using var first = new Mutex(true, "Assay.Parity", out var isNew);
            using var second = new Mutex(true, "Assay.Parity", out var isNewAgain);
            var taken = second.WaitOne(0);
            second.ReleaseMutex();
            first.ReleaseMutex();
            return $"{isNew} {isNewAgain} {taken}";
        });
        var permits = new Semaphore(1, 2);
        log.Of(() => new Semaphore(2, 1));
        log.Of(() => new Semaphore(-1, 1));
        log.Of(() => permits.WaitOne(0));
        log.Of(() => permits.WaitOne(0));
        log.Of(() => permits.Release(2));
        log.Of(() => permits.Release());
        log.Of(() => permits.Release(0));
        permits.Dispose();
        log.Of(() => permits.Release());
        log.Of(() => permits.WaitOne(0));
    }

    public static void SpinLocks(Log log)
    {
        foreach (var tracks in new[] { true, false })
        {
            var gate = new SpinLock(tracks);
            log.Do(() => { var taken = true; gate.Enter(ref taken); });
            log.Of(() => { var taken = true; try { gate.Enter(ref taken); } catch (ArgumentException) { } return taken; });
            log.Of(() => { var taken = false; gate.TryEnter(-2, ref taken); return taken; });
            log.Of(() => { var taken = false; gate.TryEnter(TimeSpan.FromMilliseconds(-2), ref taken); return taken; });
            log.Of(() => { var taken = false; gate.TryEnter(0, ref taken); return taken; });
            log.Of(() => { var taken = false; gate.TryEnter(ref taken); return taken; });
            log.Of(() => { var taken = false; gate.TryEnter(1, ref taken); return taken; });
            log.Of(() => $"{gate.IsHeld} {gate.IsThreadOwnerTrackingEnabled}");
            log.Of(() => gate.IsHeldByCurrentThread);
            log.Do(() => gate.Exit());
            log.Of(() => gate.IsHeld);
            log.Do(() => gate.Exit(false));
        }
    }

    public static void Spins(Log log)
    {
        var spin = new SpinWait();
        log.Of(() => { var turns = 0; while (!spin.NextSpinWillYield) { spin.SpinOnce(); turns++; } return turns > 0; });
        log.Of(() => spin.Count > 0);
        log.Do(() => spin.Reset());
        log.Of(() => spin.Count);
        log.Do(() => spin.SpinOnce(-2));
        log.Of(() => SpinWait.SpinUntil(() => false, 0));
        log.Of(() => SpinWait.SpinUntil(() => true, 0));
        log.Of(() => SpinWait.SpinUntil(null!, 0));
        log.Of(() => SpinWait.SpinUntil(() => false, -2));
    }

    public static void Lazies(Log log)
    {
        foreach (var mode in Enum.GetValues<LazyThreadSafetyMode>())
        {
            var made = 0;
            var lazy = new Lazy<int>(() => ++made < 2 ? throw new NotSupportedException() : made, mode);
            log.Of(() => lazy.IsValueCreated);
            log.Of(() => lazy.Value);
            log.Of(() => lazy.Value);
            log.Of(() => lazy.IsValueCreated);
            log.Of(() => made);
            var inner = 0;
            Lazy<int>? self = null;
            self = new Lazy<int>(() => inner++ < 1 ? self!.Value + 1 : 7, mode);
            log.Of(() => self.Value);
        }

        log.Of(() => new Lazy<int>((Func<int>)null!));
        log.Of(() => new Lazy<object>().Value is not null);
        log.Of(() => new Lazy<object>(true).Value is not null);
        log.Of(() => new Lazy<string>().Value);
        log.Of(() => new Lazy<int>(() => 3, false).Value);
    }

    public static void ThreadLocals(Log log)
    {
        var own = new ThreadLocal<int>(() => 7, trackAllValues: true);
        log.Of(() => own.IsValueCreated);
        log.Of(() => own.Value);
        log.Of(() => own.Value++);
        log.Of(() => own.Value);
        log.Of(() => own.Values);
        log.Of(() => new ThreadLocal<string>().Value);
        log.Of(() => new ThreadLocal<int>(() => 1).Values);
        log.Of(() => { ThreadLocal<int>? self = null; self = new ThreadLocal<int>(() => self!.Value); return "made"; });
        log.Of(() => { var others = 0; var thread = new Thread(() => others = own.Value); thread.Start(); thread.Join(); return $"{others} {own.Value} {own.Values.Count}"; });
        own.Dispose();
        log.Of(() => own.Value);
        log.Of(() => own.IsValueCreated);
        log.Do(() => own.Value = 1);
    }

    [ThreadStatic]
    private static int s_own;

    [ThreadStatic]
    private static (int Left, int Right) s_pair;

    public static void ThreadStatics(Log log)
    {
        log.Of(() => ++s_own);
        log.Of(() => Interlocked.Increment(ref s_own));
        log.Of(() => { s_pair.Left = 3; s_pair.Right += 2; return s_pair; });
        log.Of(() => { var others = 9; var thread = new Thread(() => others = s_own + s_pair.Left); thread.Start(); thread.Join(); return others; });
        log.Of(() => { ref var mine = ref s_own; mine = 40; return s_own; });
    }

    public static void CancellationSources(Log log)
    {
        var source = new CancellationTokenSource();
        log.Of(() => new CancellationTokenSource(-2));
        log.Of(() => new CancellationTokenSource(TimeSpan.FromMilliseconds(-2)));
        log.Of(() => new CancellationTokenSource(0).IsCancellationRequested);
        log.Of(() => new CancellationTokenSource(-1).IsCancellationRequested);
        log.Do(() => source.CancelAfter(-2));
        log.Of(() => source.TryReset());
        log.Of(() => source.Token.WaitHandle.WaitOne(0));
        log.Do(() => source.Token.Register(() => throw new NotSupportedException()));
        log.Do(() => source.Cancel());
        log.Of(() => source.Token.WaitHandle.WaitOne(0));
        log.Of(() => source.TryReset());
        log.Do(() => source.Token.ThrowIfCancellationRequested());
        log.Do(() => source.Cancel());
        log.Of(() => source.CancelAsync());
        log.Of(() => CancellationTokenSource.CreateLinkedTokenSource(source.Token, CancellationToken.None).IsCancellationRequested);
        source.Dispose();
        log.Of(() => source.Token);
        log.Do(() => source.Cancel());
        log.Do(() => source.CancelAfter(1));
        log.Of(() => source.IsCancellationRequested);
    }

    public static void Tasks(Log log)
    {
        var never = new TaskCompletionSource<int>();
        var failed = Task.FromException<int>(new NotSupportedException());
        log.Do(() => failed.Wait());
        log.Of(() => failed.Result);
        log.Of(() => failed.GetAwaiter().GetResult());
        log.Of(() => never.Task.Wait(0));
        log.Of(() => never.Task.Wait(-2));
        log.Of(() => never.Task.Wait(TimeSpan.FromMilliseconds(1)));
        log.Do(() => never.Task.Wait(Cancelled));
        log.Of(() => never.Task.Wait(30_000, Cancelled));
        log.Of(() => Task.FromResult(1).Wait(30_000, Cancelled));
        log.Of(() => failed.Wait(30_000, Cancelled));
        log.Do(() => Task.FromCanceled(Cancelled).Wait());
        log.Do(() => Task.WaitAll(failed, Task.CompletedTask));
        log.Do(() => Task.WaitAll([failed, Task.FromCanceled(Cancelled)]));
        log.Of(() => Task.WaitAll([never.Task], 0));
        log.Of(() => Task.WaitAll([never.Task], 30_000, Cancelled));
        log.Do(() => Task.WaitAll((Task[])null!));
        log.Do(() => Task.WaitAll(new Task[] { null! }));
        log.Do(() => Task.WaitAll(new Task[] { Task.CompletedTask }, CancellationToken.None));
        log.Of(() => Task.WaitAny(never.Task, failed));
        log.Of(() => Task.WaitAny([never.Task], 0));
        log.Of(() => Task.WaitAny([never.Task], Cancelled));
        log.Of(() => Task.WaitAny([]));
        log.Of(() => Task.Delay(-2));
        log.Of(() => Task.Delay(TimeSpan.FromMilliseconds(-2)));
        log.Of(() => Task.Delay(0));
        log.Of(() => Task.Delay(0, Cancelled));
        log.Of(() => Task.Delay(100, Cancelled));
        log.Of(() => Ended(Task.Run(() => 3, Cancelled)));
        log.Do(() => Task.Run((Action)null!));
        log.Do(() => { var task = new Task(() => { }); task.Start(); task.Start(); });
        log.Of(() => { var task = new Task<int>(() => 5); task.RunSynchronously(); return task.Result; });
        log.Of(() => { var task = new Task(() => throw new NotSupportedException()); task.RunSynchronously(); return task; });
        log.Of(() => Task.Factory.StartNew(() => 6, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Result);
        log.Of(() => Ended(Task.Factory.StartNew(() => 6, Cancelled)));
        log.Of(() => Task.Factory.StartNew(state => $"{state}!", "x").Result);
        log.Of(() => failed.ContinueWith(one => one.Exception!.InnerException!.GetType().Name, TaskContinuationOptions.OnlyOnFaulted).Result);
        log.Of(() => failed.ContinueWith(one => 4, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Result);
        log.Of(() => Ended(failed.ContinueWith(one => 4, Cancelled)));
        log.Do(() => failed.ContinueWith(one => { }, TaskContinuationOptions.NotOnFaulted).Wait());
        log.Of(() => never.Task.WaitAsync(TimeSpan.Zero));
        log.Of(() => never.Task.WaitAsync(Cancelled));
        log.Of(() => never.TrySetCanceled());
        log.Of(() => never.TrySetResult(1));
        log.Do(() => never.SetResult(1));
        log.Of(() => never.Task.Result);
    }

    // A task whose token is cancelled already learns of it when a thread takes it, which is no one's to say when.
    private static Task Ended(Task task)
    {
        try { task.Wait(); }
        catch (AggregateException) { }
        return task;
    }

    public static async Task Awaits(Log log)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await Task.FromException(new NotSupportedException()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        var value = await Task.FromResult(2).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        log.Of(() => value);
        await foreach (var task in Task.WhenEach(Task.FromResult(1), Task.FromResult(2)))
            log.Of(() => task.Result);
        await foreach (var task in Task.WhenEach(Array.Empty<Task>()))
            log.Of(() => task);
        await new Turn();
        log.Of(() => "turned");
    }

    // An awaiter that is never complete when it is asked, as those are that move to another thread.
    private readonly struct Turn : System.Runtime.CompilerServices.INotifyCompletion
    {
        public bool IsCompleted => false;
        public Turn GetAwaiter() => this;
        public void OnCompleted(Action continuation) => ThreadPool.QueueUserWorkItem(_ => continuation());
        public void GetResult() { }
    }

    public static void Threads(Log log)
    {
        var done = new Thread(() => { });
        log.Do(() => done.Join());
        log.Of(() => done.ThreadState);
        log.Do(() => { done.Start(); done.Join(); });
        log.Of(() => $"{done.Join(0)} {done.IsAlive} {done.ThreadState}");
        log.Do(() => done.Start());
        log.Do(() => new Thread(() => { }).Start("x"));
        log.Do(() => new Thread((ThreadStart)null!));
        log.Of(() => done.Join(-2));
        log.Do(() => Thread.Sleep(-2));
        log.Do(() => Thread.Sleep(0));
        log.Do(() => Thread.Sleep(TimeSpan.FromMilliseconds(-2)));
        log.Of(() => { object? seen = null; var thread = new Thread(one => seen = one); thread.Start("x"); thread.Join(); return seen; });
        log.Of(() => { var same = false; Thread? thread = null; thread = new Thread(() => same = Thread.CurrentThread == thread && thread!.ManagedThreadId == Environment.CurrentManagedThreadId && thread.IsAlive); thread.Start(); thread.Join(); return same; });
        log.Of(() => Thread.CurrentThread == Thread.CurrentThread && Thread.CurrentThread.ManagedThreadId == Environment.CurrentManagedThreadId);
        log.Of(() => { var others = 0; var thread = new Thread(() => others = Environment.CurrentManagedThreadId); thread.Start(); thread.Join(); return others == Environment.CurrentManagedThreadId; });
    }

    public static void Timers(Log log)
    {
        log.Of(() => new Timer(null!));
        log.Of(() => new Timer(_ => { }, null, -2, 0));
        log.Of(() => new Timer(_ => { }, null, 0, -2));
        log.Of(() => new Timer(_ => { }, null, TimeSpan.FromMilliseconds(-2), TimeSpan.Zero));
        var timer = new Timer(_ => { }, null, Timeout.Infinite, Timeout.Infinite);
        log.Of(() => timer.Change(-2, 0));
        log.Of(() => timer.Change(10_000, -1));
        using var told = new ManualResetEvent(false);
        log.Of(() => timer.Dispose(told));
        log.Of(() => told.WaitOne(1_000));
        log.Of(() => timer.Dispose(told));
        log.Of(() => timer.Change(1, 1));
        log.Do(() => timer.Dispose());
        log.Of(() => new Timer(_ => { }).DisposeAsync().AsTask());
        log.Of(() => new PeriodicTimer(TimeSpan.Zero));
        log.Of(() => { var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1)); ticks.Dispose(); return ticks.WaitForNextTickAsync().AsTask().Result; });
        log.Of(() => new PeriodicTimer(TimeSpan.FromSeconds(1)).WaitForNextTickAsync(Cancelled).AsTask());
        log.Of(() => new System.Timers.Timer(-1));
        log.Of(() => { using var rings = new System.Timers.Timer(5_000) { AutoReset = false }; rings.Start(); var on = rings.Enabled; rings.Stop(); return $"{on} {rings.Enabled} {rings.Interval} {rings.AutoReset}"; });
        log.Do(() => { var rings = new System.Timers.Timer(5_000); rings.Dispose(); rings.Start(); });
        log.Of(() => { using var fired = new ManualResetEventSlim(); using var rings = new System.Timers.Timer(1) { AutoReset = false }; rings.Elapsed += (_, _) => fired.Set(); rings.Enabled = true; return fired.Wait(10_000); });
    }

    public static void ProgressReports(Log log)
    {
        log.Of(() => new Progress<int>(null!));
        log.Of(() => { using var told = new ManualResetEventSlim(); IProgress<int> progress = new Progress<int>(_ => told.Set()); progress.Report(1); return told.Wait(10_000); });
        log.Of(() => { using var told = new ManualResetEventSlim(); var progress = new Progress<int>(); progress.ProgressChanged += (_, _) => told.Set(); ((IProgress<int>)progress).Report(1); return told.Wait(10_000); });
    }

    public static void Parallels(Log log)
    {
        log.Of(() => Parallel.For(0, 3, _ => { }).IsCompleted);
        log.Of(() => { var result = Parallel.For(0, 1, (_, state) => state.Stop()); return $"{result.IsCompleted} {result.LowestBreakIteration}"; });
        log.Of(() => { var result = Parallel.For(4, 5, (_, state) => state.Break()); return $"{result.IsCompleted} {result.LowestBreakIteration}"; });
        log.Of(() => Parallel.For(3, 0, _ => throw new NotSupportedException()).IsCompleted);
        log.Do(() => Parallel.For(0, 1, _ => throw new NotSupportedException()));
        log.Do(() => Parallel.Invoke(() => throw new NotSupportedException()));
        log.Do(() => Parallel.Invoke());
        log.Do(() => Parallel.ForEach(new[] { 1 }, new ParallelOptions { CancellationToken = Cancelled }, _ => { }));
        log.Of(() => { var sum = 0L; Parallel.ForEach(new[] { 1, 2, 3 }, (one, _, index) => Interlocked.Add(ref sum, one * index)); return sum; });
        log.Of(() => Parallel.ForEachAsync(new[] { 1 }, (_, _) => throw new NotSupportedException()).ContinueWith(all => all.Exception!.InnerException!.GetType().Name).Result);
        log.Of(() => Parallel.ForEachAsync(new[] { 1 }, Cancelled, (_, _) => default));
    }

    public static void Collections(Log log)
    {
        var items = new BlockingCollection<int>(1);
        log.Of(() => new BlockingCollection<int>(0));
        log.Of(() => items.TryAdd(1));
        log.Of(() => items.TryAdd(2, 0));
        log.Of(() => items.TryAdd(2, -2));
        log.Of(() => items.TryAdd(2, 1, Cancelled));
        log.Do(() => items.Add(2, Cancelled));
        log.Of(() => items.Take());
        log.Of(() => items.TryTake(out _, -2));
        log.Of(() => items.TryTake(out _, 0));
        log.Do(() => items.Take(Cancelled));
        log.Do(() => items.CompleteAdding());
        log.Do(() => items.Add(3));
        log.Of(() => items.TryAdd(3));
        log.Of(() => items.Take());
        log.Of(() => items.TryTake(out _, -1));
        log.Of(() => items.GetConsumingEnumerable().Count());
        log.Of(() => $"{items.IsCompleted} {items.IsAddingCompleted}");
        items.Dispose();
        log.Of(() => items.TryTake(out _));
        log.Do(() => items.Add(1));
        var bag = new ConcurrentBag<int>([1, 2, 3]);
        log.Of(() => bag.TryPeek(out var last) ? last : 0);
        log.Of(() => bag.TryTake(out var last) ? last : 0);
        log.Do(() => bag.Add(9));
        log.Of(() => bag.ToArray());
        log.Of(() => { var sum = 0; foreach (var one in bag) sum += one; return sum; });
        log.Of(() => $"{bag.Count} {bag.IsEmpty}");
        var map = new ConcurrentDictionary<string, int>();
        log.Of(() => map.GetOrAdd("a", _ => 1));
        log.Of(() => map.GetOrAdd(null!, _ => 1));
        log.Of(() => map.GetOrAdd("a", (Func<string, int>)null!));
        log.Of(() => map.AddOrUpdate("a", 5, (_, old) => old + 1));
        log.Of(() => map.AddOrUpdate(null!, 5, (_, old) => old + 1));
        log.Of(() => map.AddOrUpdate("b", 5, (_, old) => throw new NotSupportedException()));
        log.Of(() => map.AddOrUpdate("b", 5, (_, old) => throw new NotSupportedException()));
    }

    public static async Task Channels(Log log)
    {
        foreach (var mode in Enum.GetValues<BoundedChannelFullMode>())
        {
            var channel = Channel.CreateBounded<int>(new BoundedChannelOptions(2) { FullMode = mode });
            log.Of(() => $"{channel.Writer.TryWrite(1)} {channel.Writer.TryWrite(2)} {channel.Writer.TryWrite(3)} {channel.Reader.Count}");
            log.Of(() => channel.Writer.TryComplete());
            log.Of(() => channel.Writer.TryComplete());
            log.Of(() => channel.Writer.TryWrite(4));
            log.Of(() => channel.Writer.WriteAsync(4).AsTask());
            await foreach (var item in channel.Reader.ReadAllAsync())
                log.Of(() => item);
            log.Of(() => channel.Reader.ReadAsync().AsTask());
            log.Of(() => channel.Reader.Completion.IsCompleted);
        }

        var open = Channel.CreateUnbounded<int>();
        log.Of(() => open.Reader.ReadAsync(Cancelled).AsTask());
        log.Of(() => open.Reader.WaitToReadAsync(Cancelled).AsTask());
        log.Of(() => open.Reader.WaitToReadAsync().IsCompleted);
        log.Do(() => open.Writer.Complete(new NotSupportedException()));
        log.Do(() => open.Writer.Complete());
        log.Of(() => open.Reader.ReadAsync().AsTask());
        log.Of(() => Channel.CreateBounded<int>(0));
    }

    private static int s_synchronized;

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.Synchronized)]
    private static string Synchronized(int depth, bool throws)
    {
        var held = Monitor.IsEntered(typeof(Parity));
        if (throws)
            throw new NotSupportedException();
        if (depth > 0)
            return Synchronized(depth - 1, throws) + held;
        try { return $"{held} {++s_synchronized} "; }
        finally { s_synchronized++; }
    }

    public static void SynchronizedMethods(Log log)
    {
        log.Of(() => Synchronized(2, throws: false));
        log.Of(() => Synchronized(0, throws: true));
        log.Of(() => Monitor.IsEntered(typeof(Parity)));
        log.Of(() => s_synchronized);
        var own = new Own<string>();
        log.Of(() => own.Held("x"));
        log.Do(() => own.Nothing());
        log.Of(() => Own<int>.Shared());
        log.Of(() => Monitor.IsEntered(own));
    }

    private sealed class Own<T>
    {
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.Synchronized)]
        public string Held<TOther>(TOther one) => $"{one} {Monitor.IsEntered(this)}";

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.Synchronized)]
        public void Nothing() { }

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.Synchronized)]
        public static bool Shared() => Monitor.IsEntered(typeof(Own<T>));
    }

    // Bases whose constructors make an object of the framework's: woven code must not make another.
    private sealed class Seeded : Random;

    private sealed class Later(Func<int> make) : Lazy<int>(make, LazyThreadSafetyMode.PublicationOnly);

    private sealed class Meeting() : Barrier(1);

    public static void Bases(Log log)
    {
        log.Of(() => new Seeded().Next(1));
        log.Of(() => new Later(() => 4).Value);
        log.Of(() => new Meeting().ParticipantCount);
    }

    private static class Broken
    {
        private static int s_made;
        static Broken() { s_made++; throw new NotSupportedException(); }
        public static int Made => s_made;
    }

    public static void StaticConstructors(Log log)
    {
        log.Of(() => Broken.Made);
        log.Of(() => Broken.Made);
    }
}
