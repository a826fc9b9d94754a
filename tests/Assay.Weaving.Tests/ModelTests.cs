namespace Assay.Weaving.Tests;

/// <summary>What each model does, over all schedules: who waits is woken, gives up by the run's clock, hears of disposal, and no more.</summary>
public sealed class ModelTests
{
    [Theory]
    [InlineData("7", "var items = new BlockingCollection<int>(); Task.Run(() => items.Add(7)); return items.Take();")]
    [InlineData("12", "var items = new BlockingCollection<int>(1); items.Add(1); var more = Task.Run(() => items.Add(2)); var first = items.Take(); more.Wait(); return 10 * first + items.Take();")]
    [InlineData("5000", "var watch = Stopwatch.StartNew(); return new BlockingCollection<int>().TryTake(out _, 5000) ? -1 : (int)watch.ElapsedMilliseconds;")]
    [InlineData("3000", "var items = new BlockingCollection<int>(1) { 1 }; var watch = Stopwatch.StartNew(); return items.TryAdd(2, TimeSpan.FromSeconds(3)) ? -1 : (int)watch.ElapsedMilliseconds;")]
    [InlineData("1", "using var expiry = new CancellationTokenSource(100); try { new BlockingCollection<int>().Take(expiry.Token); return 0; } catch (OperationCanceledException) { return 1; }")]
    [InlineData("6", "var items = new BlockingCollection<int>(2); Task.Run(() => { items.Add(1); items.Add(2); items.Add(3); items.CompleteAdding(); }); return items.GetConsumingEnumerable().Sum();")]
    [InlineData("1", "var items = new BlockingCollection<int>(); Task.Run(() => items.CompleteAdding()); try { items.Take(); return 0; } catch (InvalidOperationException) { return 1; }")]
    [InlineData("1", "var items = new BlockingCollection<int>(); items.Dispose(); try { items.Take(); return 0; } catch (ObjectDisposedException) { return 1; }")]
    [InlineData("Deadlock", "return new BlockingCollection<int>().Take();")]
    [InlineData("Deadlock", "var items = new BlockingCollection<int>(1); items.Add(1); items.Add(2); return 0;")]
    public void Blocking_collections(string outcome, string body) => Comes(outcome, body);

    [Theory]
    [InlineData("2", "var gate = new Mutex(); var sum = 0; var one = Task.Run(() => { gate.WaitOne(); sum++; gate.ReleaseMutex(); }); gate.WaitOne(); sum++; gate.ReleaseMutex(); one.Wait(); return sum;")]
    [InlineData("3", "var gate = new Mutex(true); gate.WaitOne(); gate.ReleaseMutex(); gate.ReleaseMutex(); try { gate.ReleaseMutex(); return 0; } catch (ApplicationException) { return 3; }")]
    [InlineData("1500", "var gate = new Mutex(true); var watch = Stopwatch.StartNew(); return Task.Run(() => gate.WaitOne(1500) ? -1 : (int)watch.ElapsedMilliseconds).Result;")]
    [InlineData("1", "var gate = new Mutex(); var dies = new Thread(() => gate.WaitOne()); dies.Start(); dies.Join(); try { gate.WaitOne(); return 0; } catch (AbandonedMutexException) { return 1; }")]
    [InlineData("Deadlock", "var gate = new Mutex(true); Task.Run(() => gate.WaitOne()).Wait(); return 0;")]
    [InlineData("1", "var events = new WaitHandle[] { new AutoResetEvent(false), new ManualResetEvent(false) }; Task.Run(() => ((ManualResetEvent)events[1]).Set()); return WaitHandle.WaitAny(events);")]
    [InlineData("2", "var permits = new Semaphore(0, 2); Task.Run(() => permits.Release(2)); permits.WaitOne(); permits.WaitOne(); try { permits.Release(3); return 0; } catch (SemaphoreFullException) { return 2; }")]
    [InlineData("1", "using var source = new CancellationTokenSource(); Task.Run(() => source.Cancel()); return source.Token.WaitHandle.WaitOne() ? 1 : 0;")]
    public void Mutexes_and_other_handles(string outcome, string body) => Comes(outcome, body);

    [Theory]
    [InlineData("2", "var turns = 0; var barrier = new Barrier(2, _ => turns++); var other = Task.Run(() => { barrier.SignalAndWait(); barrier.SignalAndWait(); }); barrier.SignalAndWait(); barrier.SignalAndWait(); other.Wait(); return turns;")]
    [InlineData("700", "var watch = Stopwatch.StartNew(); return new Barrier(2).SignalAndWait(700) ? -1 : (int)watch.ElapsedMilliseconds;")]
    [InlineData("1", "var barrier = new Barrier(2); Task.Run(() => barrier.RemoveParticipant()); barrier.SignalAndWait(); return (int)barrier.CurrentPhaseNumber;")]
    [InlineData("1", "var barrier = new Barrier(1, _ => throw new NotSupportedException()); try { barrier.SignalAndWait(); return 0; } catch (BarrierPostPhaseException) { return 1; }")]
    [InlineData("1", "var barrier = new Barrier(2); barrier.Dispose(); try { barrier.SignalAndWait(); return 0; } catch (ObjectDisposedException) { return 1; }")]
    [InlineData("Deadlock", "new Barrier(2).SignalAndWait(); return 0;")]
    [InlineData("9", "var count = new CountdownEvent(1); count.AddCount(); Task.Run(() => count.Signal(2)); count.Wait(); return 9 + count.CurrentCount;")]
    [InlineData("40", "var watch = Stopwatch.StartNew(); return new CountdownEvent(1).Wait(40) ? -1 : (int)watch.ElapsedMilliseconds;")]
    public void Barriers_and_countdowns(string outcome, string body) => Comes(outcome, body);

    [Theory]
    [InlineData("2", "var sum = 0; void Add() { var taken = false; try { _spin.Enter(ref taken); sum++; } finally { if (taken) _spin.Exit(); } } var other = Task.Run(Add); Add(); other.Wait(); return sum;")]
    [InlineData("250", "var taken = false; _spin.Enter(ref taken); var watch = Stopwatch.StartNew(); return Task.Run(() => { var mine = false; _spin.TryEnter(250, ref mine); return mine ? -1 : (int)watch.ElapsedMilliseconds; }).Result;")]
    [InlineData("1", "var taken = false; _spin.Enter(ref taken); try { var again = false; _spin.Enter(ref again); return 0; } catch (LockRecursionException) { return 1; }")]
    [InlineData("Deadlock", "var taken = false; _spin.Enter(ref taken); Task.Run(() => { var mine = false; _spin.Enter(ref mine); }).Wait(); return 0;")]
    [InlineData("1", "var copy = _spin; var taken = false; _spin.Enter(ref taken); return copy.IsHeld ? 0 : _spin.IsHeldByCurrentThread ? 1 : 2;")]
    [InlineData("1", "var done = false; Task.Run(() => { Thread.Sleep(50); Volatile.Write(ref done, true); }); SpinWait.SpinUntil(() => Volatile.Read(ref done)); return 1;")]
    [InlineData("0", "return SpinWait.SpinUntil(() => false, 2000) ? 1 : 0;")]
    [InlineData("1", "var watch = Stopwatch.StartNew(); while (watch.ElapsedMilliseconds < 300) Thread.Yield(); return 1;")]
    [InlineData("1", "var end = DateTime.UtcNow.AddSeconds(2); while (DateTime.UtcNow < end) Thread.SpinWait(10); return 1;")]
    public void Spinning(string outcome, string body) => Comes(outcome, body);

    [Theory]
    [InlineData("1", "var made = 0; object? gate = null; object Make() { made++; return new object(); } var other = Task.Run(() => LazyInitializer.EnsureInitialized(ref _lazy, ref gate, Make)); LazyInitializer.EnsureInitialized(ref _lazy, ref gate, Make); other.Wait(); return made;")]
    [InlineData("1 2", "var made = 0; object Make() { Interlocked.Increment(ref made); return new object(); } var other = Task.Run(() => LazyInitializer.EnsureInitialized(ref _lazy, Make)); var mine = LazyInitializer.EnsureInitialized(ref _lazy, Make); return mine == other.Result ? made : -1;")]
    [InlineData("1 2", "var made = 0; var items = new ConcurrentDictionary<int, object>(); object Make(int key) { made++; return new object(); } var other = Task.Run(() => items.GetOrAdd(1, Make)); var mine = items.GetOrAdd(1, Make); return mine == other.Result ? made : -1;")]
    [InlineData("2", "var items = new ConcurrentDictionary<int, int>(); var other = Task.Run(() => items.AddOrUpdate(1, 1, (_, old) => old + 1)); items.AddOrUpdate(1, 1, (_, old) => old + 1); other.Wait(); return items[1];")]
    public void Values_made_on_first_use(string outcome, string body) => Comes(outcome, body);

    [Theory]
    [InlineData("30", "var watch = Stopwatch.StartNew(); using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10)); for (var tick = 0; tick < 3; tick++) timer.WaitForNextTickAsync().AsTask().Wait(); return (int)watch.ElapsedMilliseconds;")]
    [InlineData("0", "var timer = new PeriodicTimer(TimeSpan.FromHours(1)); var next = timer.WaitForNextTickAsync().AsTask(); Task.Run(() => timer.Dispose()).Wait(); return next.Result ? 1 : 0;")]
    [InlineData("20", "var rings = 0; var watch = Stopwatch.StartNew(); var done = new ManualResetEventSlim(); using var timer = new Timer(_ => { if (++rings == 2) done.Set(); }, null, 10, 10); done.Wait(); return (int)watch.ElapsedMilliseconds;")]
    [InlineData("1", "var rings = 0; var done = new ManualResetEventSlim(); using var timer = new Timer(_ => { if (++rings == 200) done.Set(); }, null, 1, 1); done.Wait(); return 1;")]
    [InlineData("0", "var timer = new Timer(_ => throw new NotSupportedException(), null, 10, 10); timer.Dispose(); Thread.Sleep(100); return 0;")]
    [InlineData("1", "try { Task.Delay(-1).WaitAsync(TimeSpan.FromSeconds(9)).GetAwaiter().GetResult(); return 0; } catch (TimeoutException) { return 1; }")]
    [InlineData("1", "using var source = new CancellationTokenSource(); source.CancelAfter(50); try { Task.Delay(-1, source.Token).GetAwaiter().GetResult(); return 0; } catch (OperationCanceledException) { return 1; }")]
    [InlineData("Endless", "using var timer = new Timer(_ => { }, null, 1, 1); new ManualResetEventSlim().Wait(); return 0;")]
    public void Timers(string outcome, string body) => Comes(outcome, body);

    [Theory]
    [InlineData("6", "var channel = Channel.CreateBounded<int>(1); async Task<int> Sum() { var sum = 0; await foreach (var item in channel.Reader.ReadAllAsync()) sum += item; return sum; } async Task Fill() { for (var item = 1; item <= 3; item++) await channel.Writer.WriteAsync(item); channel.Writer.Complete(); } var sum = Sum(); Fill().Wait(); return sum.Result;")]
    [InlineData("5", "var channel = Channel.CreateUnbounded<int>(); var read = channel.Reader.ReadAsync().AsTask(); Task.Run(() => channel.Writer.TryWrite(5)); Task.WhenAny(read, Task.Delay(-1)).Wait(); return read.Result;")]
    [InlineData("1", "var channel = Channel.CreateUnbounded<int>(); Task.Run(() => channel.Writer.Complete()); Task.WhenAll(channel.Reader.Completion).Wait(); return channel.Reader.WaitToReadAsync().AsTask().Result ? 0 : 1;")]
    [InlineData("Deadlock", "return Channel.CreateUnbounded<int>().Reader.ReadAsync().AsTask().Result;")]
    public void Channels(string outcome, string body) => Comes(outcome, body);

    [Theory]
    [InlineData("2", "var gate = new SemaphoreSlim(0); var both = Task.WhenAll(gate.WaitAsync(), gate.WaitAsync()); gate.Release(); gate.Release(); both.Wait(); return 2;")]
    [InlineData("1", "var gate = new SemaphoreSlim(0); Task.Run(() => gate.Release()); Task.WhenAny(gate.WaitAsync(), Task.Delay(-1)).Wait(); return 1;")]
    [InlineData("0", "var gate = new SemaphoreSlim(0); return gate.WaitAsync(100).Result ? 1 : 0;")]
    [InlineData("1", "var gate = new SemaphoreSlim(0); using var source = new CancellationTokenSource(); var waits = gate.WaitAsync(source.Token); source.Cancel(); gate.Release(); return waits.IsCanceled ? gate.CurrentCount : -1;")]
    [InlineData("Deadlock", "var gate = new SemaphoreSlim(1); Task.WhenAll(gate.WaitAsync(), gate.WaitAsync()).Wait(); return 2;")]
    public void Combinations_over_semaphores(string outcome, string body) => Comes(outcome, body);

    [Theory]
    [InlineData("return DateTime.UtcNow.Ticks + DateTimeOffset.Now.Ticks + Environment.TickCount64;")]
    [InlineData("return Guid.NewGuid();")]
    [InlineData("return Guid.CreateVersion7();")]
    [InlineData("return Task.Run(() => Random.Shared.Next()).Result + new Random().Next();")]
    [InlineData("var one = Task.Run(() => Guid.NewGuid()); one.Wait(); return one.Result;")]
    public void Time_and_chance_are_the_runs_own(string body)
    {
        var once = Assert.Single(Outcomes.Of($"public object Go() {{ {body} }}", 50));
        Assert.Equal(once, Assert.Single(Outcomes.Of($"public object Go() {{ {body} }}", 50)));
    }

    [Theory]
    [InlineData("1 2", "return First(Read(1), Read(2)).Result; async Task<int> First(params Task<int>[] all) { await foreach (var one in Task.WhenEach(all)) return await one; return 0; } async Task<int> Read(int page) { await Task.Yield(); return page; }")]
    [InlineData("12 21", "return All(Task.Run(() => 1), Task.Run(() => 2)).Result; async Task<int> All(Task<int> one, Task<int> two) { var seen = 0; await foreach (var task in Task.WhenEach(one, two)) seen = seen * 10 + await task; return seen; }")]
    [InlineData("TaskCanceledException", "return All(new TaskCompletionSource<int>().Task).GetAwaiter().GetResult(); async Task<int> All(Task<int> never) { using var source = new CancellationTokenSource(100); await foreach (var one in Task.WhenEach(new[] { never }).WithCancellation(source.Token)) return one.Result; return 0; }")]
    [InlineData("Deadlock", "return All(new TaskCompletionSource<int>().Task).Result; async Task<int> All(Task<int> never) { await foreach (var one in Task.WhenEach(never)) return await one; return 0; }")]
    public void Tasks_as_they_end(string outcome, string body) => Comes(outcome, body);

    [Theory]
    [InlineData("2", "var other = new Mutex(false, \"gate\"); var gate = new Mutex(true, \"gate\", out var isNew); gate.WaitOne(); var waits = Task.Run(() => other.WaitOne()); gate.ReleaseMutex(); return waits.Result && !isNew ? 2 : 0;")]
    [InlineData("Deadlock", "var gate = new Mutex(true, \"gate\", out var isNew); using var same = new Mutex(false, \"gate\"); Task.Run(() => same.WaitOne()).Wait(); return isNew ? 1 : 0;")]
    [InlineData("1", "using var one = new Mutex(true, \"one\"); using var two = new Mutex(false, \"two\"); return Task.Run(() => two.WaitOne()).Result ? 1 : 0;")]
    public void Mutexes_of_one_name_are_one(string outcome, string body) => Comes(outcome, body);

    [Theory]
    [InlineData("2", "var gate = new ReaderWriterLock(); var sum = 0; void Add() { gate.AcquireWriterLock(-1); sum++; gate.ReleaseWriterLock(); } var other = Task.Run(Add); Add(); other.Wait(); return sum;")]
    [InlineData("300", "var gate = new ReaderWriterLock(); gate.AcquireReaderLock(-1); var watch = Stopwatch.StartNew(); return Task.Run(() => { try { gate.AcquireWriterLock(300); return -1; } catch (ApplicationException) { return (int)watch.ElapsedMilliseconds; } }).Result;")]
    [InlineData("Deadlock", "var gate = new ReaderWriterLock(); gate.AcquireReaderLock(-1); gate.AcquireWriterLock(-1); return 0;")]
    [InlineData("1 2", "var gate = new ReaderWriterLock(); var value = 0; void Add() { gate.AcquireReaderLock(-1); var seen = value; var cookie = gate.UpgradeToWriterLock(-1); value = seen + 1; gate.DowngradeFromWriterLock(ref cookie); gate.ReleaseReaderLock(); } var other = Task.Run(Add); Add(); other.Wait(); return value;")]
    public void Old_reader_writer_locks(string outcome, string body) => Comes(outcome, body);

    [Theory]
    [InlineData("7 0 9", "var own = new ThreadLocal<int>(() => 7); var other = new Thread(() => own.Value = 9); other.Start(); own.Value.ToString(); other.Join(); return $\"{own.Value} {s_own} {(s_own = 9)}\";")]
    [InlineData("True", "var numbers = new ConcurrentBag<int>(); var all = new[] { new Thread(() => numbers.Add(Environment.CurrentManagedThreadId)), new Thread(() => numbers.Add(Thread.CurrentThread.ManagedThreadId)) }; foreach (var one in all) one.Start(); foreach (var one in all) one.Join(); return numbers.Distinct().Count() == 2 && all[0].ManagedThreadId != all[1].ManagedThreadId;")]
    [InlineData("0", "s_own = 3; return Task.Run(() => s_own).Result;")]
    [InlineData("00", "s_own = 3; return Go().Result; async Task<string> Go() { await Task.Yield(); return $\"{s_own}{s_flows.Value}\"; }")]
    public void What_belongs_to_a_thread(string outcome, string body) =>
        Assert.Equal(outcome, string.Join(' ', Outcomes.Of($"[ThreadStatic] private static int s_own; private static readonly AsyncLocal<int> s_flows = new(); public object Go() {{ {body} }}")));

    [Theory]
    [InlineData("12 21", "var seen = 0; using var told = new CountdownEvent(2); IProgress<int> progress = new Progress<int>(one => { lock (told) seen = seen * 10 + one; told.Signal(); }); progress.Report(1); progress.Report(2); told.Wait(); return seen;")]
    [InlineData("3000", "var watch = Stopwatch.StartNew(); var rings = 0; using var done = new ManualResetEventSlim(); using var timer = new System.Timers.Timer(1_000); timer.Elapsed += (_, _) => { if (++rings == 3) done.Set(); }; timer.Start(); done.Wait(); return (int)watch.ElapsedMilliseconds;")]
    [InlineData("0", "var rings = 0; using (var timer = new System.Timers.Timer(1_000)) { timer.Elapsed += (_, _) => rings++; timer.Start(); } Thread.Sleep(5_000); return rings;")]
    [InlineData("0", "var rings = 0; using (new Timer(_ => rings++, null, 1_000, 1_000)) { } Thread.Sleep(5_000); return rings;")]
    [InlineData("1", "var rings = 0; var timer = new Timer(_ => { Thread.Sleep(500); rings++; }, null, 1_000, -1); Thread.Sleep(1_100); timer.DisposeAsync().AsTask().Wait(); return rings;")]
    [InlineData("1", "var rings = 0; var timer = new Timer(_ => { Thread.Sleep(500); rings++; }, null, 1_000, -1); Thread.Sleep(1_100); using var ended = new ManualResetEvent(false); timer.Dispose(ended); ended.WaitOne(); return rings;")]
    public void Progress_and_ends_of_timers(string outcome, string body) => Comes(outcome, body);

    private static void Comes(string outcomes, string body) =>
        Assert.Equal(outcomes, string.Join(' ', Outcomes.Of($"private SpinLock _spin = new(true); private object? _lazy; public int Go() {{ {body} }}")));
}
