using Assay.Weaving.Programs;

namespace Assay.Weaving.Tests;

/// <summary>Code that leaves the explorer's threads by a way that nobody modelled is told with a line, whatever else it does, and never accused.</summary>
public sealed class LeakTests
{
    [Theory]
    [InlineData("public void Go() { var thread = new Thread(Work); typeof(Thread).GetMethod(\"Start\", Type.EmptyTypes)!.Invoke(thread, null); Wait(); }")]
    [InlineData("public void Go() { typeof(ThreadPool).GetMethod(\"QueueUserWorkItem\", [typeof(WaitCallback)])!.Invoke(null, [new WaitCallback(_ => Work())]); Wait(); }")]
    [InlineData("public void Go() { ((Func<WaitCallback, bool>)ThreadPool.QueueUserWorkItem)(_ => Work()); Wait(); }")]
    [InlineData("public void Go() { Activator.CreateInstance(typeof(Timer), new TimerCallback(_ => Work()), null, 0, -1); Wait(); }")]
    [InlineData("public void Go() { ThreadPool.UnsafeQueueUserWorkItem(_ => Work(), null); Wait(); }")]
    [InlineData("public void Go() { ThreadPool.RegisterWaitForSingleObject(new AutoResetEvent(true), (_, _) => Work(), null, -1, true); Wait(); }")]
    [InlineData("public void Go() { new SynchronizationContext().Post(_ => Work(), null); Wait(); }")]
    [InlineData("public void Go() { Task.CompletedTask.ContinueWith(_ => Work(), new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler); Wait(); }")]
    [InlineData("public int Go() => Enumerable.Range(0, 200).AsParallel().WithDegreeOfParallelism(2).WithExecutionMode(ParallelExecutionMode.ForceParallelism).Select(one => { Work(); return one; }).Sum();")]
    [InlineData("public void Go() { var worker = new System.ComponentModel.BackgroundWorker(); worker.DoWork += (_, _) => Work(); worker.RunWorkerAsync(); Wait(); }")]
    [InlineData("public async Task Go() { await System.IO.File.WriteAllTextAsync(System.IO.Path.GetTempFileName(), \"x\"); await Task.Run(Work); await Later(); } private static async Task Later() { await using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(); await pipe.ReadAsync(new byte[1]); }")]
    [InlineData("public void Go() { AppDomain.CurrentDomain.ProcessExit += (_, _) => Work(); GC.KeepAlive(Task.Factory.FromAsync((callback, _) => { var task = Task.Delay(1); typeof(Task).GetMethod(\"ContinueWith\", [typeof(Action<Task>)])!.Invoke(task, [new Action<Task>(_ => Work())]); return task; }, _ => { }, null)); Wait(); }")]
    public async Task Code_on_a_thread_of_its_own_is_not_controlled(string member)
    {
        var source = "public class Sample { private int _value; private readonly ManualResetEventSlim _done = new(); private void Work() { _value++; _done.Set(); } private void Wait() => _done.Wait(); " + member + " }";
        var code = Compiled.Weave(source);
        var options = new RaceOptions { MaxPrograms = 4 };
        var verdict = await Programs.Race.ExploreAsync(code, code.Assembly.GetType("Sample")!, options, TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(verdict.Kind == RaceVerdictKind.NotControlled, verdict.ToString());
        Assert.Contains("line 1", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_delegate_called_by_reflection_stays_on_its_thread()
    {
        var verdict = Compiled.Race("public class Sample { private int _value; public object? Go() => ((Func<int>)Next).DynamicInvoke(); private int Next() => Interlocked.Increment(ref _value); }", "Sample", options: new RaceOptions { MaxPrograms = 4 });
        Assert.True(verdict.Kind == RaceVerdictKind.Clean, verdict.ToString());
    }
}
