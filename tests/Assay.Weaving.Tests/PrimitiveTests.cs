using Assay.Weaving.Programs;

namespace Assay.Weaving.Tests;

/// <summary>Each primitive means under the explorer what it means without: alone, a woven type answers as the plain one does.</summary>
public sealed class PrimitiveTests
{
    [Theory]
    [InlineData("private readonly object _gate = new(); private int _value; public int Go() { lock (_gate) lock (_gate) return ++_value; }")]
    [InlineData("private readonly Lock _gate = new(); private int _value; public int Go() { lock (_gate) { using (_gate.EnterScope()) return ++_value; } }")]
    [InlineData("private readonly SemaphoreSlim _gate = new(1); private int _value; public async Task<int> Go() { await _gate.WaitAsync().ConfigureAwait(false); try { return ++_value; } finally { _gate.Release(); } }")]
    [InlineData("private readonly ManualResetEventSlim _event = new(); private int _value; public int Go() { if (Interlocked.Increment(ref _value) == 1) _event.Set(); _event.Wait(); return 5; }")]
    [InlineData("private readonly AutoResetEvent _event = new(true); private int _value; public int Go() { _event.WaitOne(); var value = ++_value; _event.Set(); return value; }")]
    [InlineData("private readonly Channel<int> _channel = Channel.CreateBounded<int>(1); public async Task<int> Go() { await _channel.Writer.WriteAsync(4); return await _channel.Reader.ReadAsync(); }")]
    [InlineData("public async ValueTask<int> Go() { var sum = 0; await foreach (var item in Items()) sum += item; return sum; } private static async IAsyncEnumerable<int> Items() { yield return 1; await Task.Delay(5); yield return 2; }")]
    [InlineData("public int Go() { var box = new int[1]; var one = new Thread(() => Interlocked.Increment(ref box[0])); var two = new Thread(() => Interlocked.Increment(ref box[0])); one.Start(); two.Start(); one.Join(); two.Join(); return box[0]; }")]
    [InlineData("public int Go() { var count = new CountdownEvent(2); Task.Run(() => { count.Signal(); }); Task.Run(() => { count.Signal(); }); count.Wait(); return 1; }")]
    [InlineData("public async Task<int> Go() { var results = await Task.WhenAll(Task.Run(() => 1), Task.Run(async () => { await Task.Yield(); return 2; })); return results.Sum(); }")]
    [InlineData("public int Go() { var fired = new ManualResetEventSlim(); using var timer = new Timer(_ => fired.Set(), null, 100, -1); return fired.Wait(1000) ? 1 : 0; }")]
    [InlineData("public int Go() { try { throw new InvalidOperationException(); } catch (Exception e) when (e.Message.Length > 0) { return 3; } }")]
    [InlineData("private readonly ConcurrentDictionary<string, int> _items = new(); public int Go() => _items.AddOrUpdate(\"a\", 1, static (_, old) => old + 1);")]
    [InlineData("private readonly Dictionary<string, int> _items = new(); public int Go() { lock (_items) { System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_items, \"a\", out _)++; return _items[\"a\"]; } }")]
    [InlineData("public int Go() { var cancellation = new CancellationTokenSource(); cancellation.Cancel(); try { Task.Delay(10, cancellation.Token).Wait(); return 0; } catch (AggregateException) { return 1; } }")]
    [InlineData("public async Task<int> Go() { var promise = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously); var both = Task.WhenAll(promise.Task, Task.Delay(5)); promise.SetResult(2); await both; return await promise.Task; }")]
    public void A_correct_use_is_clean(string member)
    {
        var verdict = Compiled.Race($"public class Sample {{ {member} }}", "Sample", options: new RaceOptions { MaxPrograms = 6, MaxSchedules = 300 });
        Assert.True(verdict.Kind == RaceVerdictKind.Clean, verdict.ToString());
    }

    [Fact]
    public void An_invariant_is_checked()
    {
        var verdict = Compiled.Race(
            "public class Sample { private int _left, _right; public void Add() { _left++; Interlocked.Increment(ref _right); } [Invariant] private bool IsEqual() => _left == _right; }", "Sample");
        Assert.Contains("invariant IsEqual", verdict.Reason, StringComparison.Ordinal);
    }
}
