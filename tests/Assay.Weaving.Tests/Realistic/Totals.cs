public static class Totals
{
    public static long Sum(int count)
    {
        long total = 0;
        Parallel.For(0, count + 2, () => 0L, (index, _, own) => own + index, own => Interlocked.Add(ref total, own));
        return total;
    }

    public static async Task<int> Gather(int count)
    {
        var tasks = Enumerable.Range(0, 3).Select(number => Task.Run(async () => { await Task.Delay(number); return number; }));
        return (await Task.WhenAll(tasks)).Sum() + count;
    }

    public static int Threads()
    {
        var done = 0;
        var threads = new[] { new Thread(() => Interlocked.Increment(ref done)), new Thread(() => Interlocked.Increment(ref done)) };
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        return done;
    }
}

public static class TotalsBad
{
    public static long Sum()
    {
        long total = 0;
        Parallel.ForEach([1, 2, 3], item => total += item);
        return total;
    }
}

public static class ThreadsBad
{
    public static int Threads()
    {
        var done = 0;
        var threads = new[] { new Thread(() => done++), new Thread(() => done++) };
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        return done;
    }
}

public static class GatherBad
{
    public static async Task<int> Gather()
    {
        var sum = 0;
        await Task.WhenAll(Enumerable.Range(0, 3).Select(async number => { var seen = sum; await Task.Delay(1); sum = seen + number; }));
        return sum;
    }
}
