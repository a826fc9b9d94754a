using Assay.Exercises;
using Assay.Jail.Protocol;

namespace Assay.Jail;

/// <summary>
/// Runs one list of calls a thread and records the history. The stamps are claims: they are made in the candidate's process, so the host checks that they are complete and bounded.
/// </summary>
internal sealed class Together(PreparedCall[][] lanes)
{
    private const int LaneStack = 1 << 20;

    private readonly StartGate _start = new(lanes.Length);
    private readonly Done[][] _done = Array.ConvertAll(lanes, lane => new Done[lane.Length]);
    private long _stamp;

    /// <summary>Runs the program to its end.</summary>
    /// <returns>For each lane and call: stamps of beginning and end, then what was thrown or given.</returns>
    public byte[] Run()
    {
        if (lanes.Length == 1)
        {
            RunLane(0);
            return Written();
        }

        var threads = new Thread[lanes.Length];
        for (var i = 0; i < threads.Length; i++)
        {
            var lane = i;
            threads[i] = new Thread(() => RunLane(lane), LaneStack) { IsBackground = true };
            threads[i].Start();
        }

        foreach (var thread in threads)
            thread.Join();
        return Written();
    }

    private void RunLane(int lane)
    {
        var (calls, done) = (lanes[lane], _done[lane]);
        _start.Pass(lane);
        for (var i = 0; i < calls.Length; i++)
        {
            var began = Interlocked.Increment(ref _stamp);
            object? value = null;
            Exception? thrown = null;
            try
            {
                value = Ended(calls[i]);
            }
            // Whatever the candidate's code throws is this call's answer.
            catch (Exception e)
            {
                thrown = e;
            }

            done[i] = new Done(began, Interlocked.Increment(ref _stamp), value, thrown);
        }
    }

    private static object? Ended(PreparedCall call)
    {
        var returned = call.Make();
        if (!ContractMethods.IsAwaited(call.Method.ReturnType))
            return returned;
        // The operation ends when its task has: this thread belongs to the program alone, so it may wait.
#pragma warning disable ASSAY1001
        return Awaited.Task(call.Method.ReturnType, returned).GetAwaiter().GetResult();
#pragma warning restore ASSAY1001
    }

    private byte[] Written()
    {
        var body = new MemoryStream();
        var writer = new BinaryWriter(body);
        for (var lane = 0; lane < lanes.Length; lane++)
        {
            for (var i = 0; i < lanes[lane].Length; i++)
                Write(writer, lanes[lane][i], _done[lane][i]);
        }

        return body.ToArray();
    }

    private static void Write(BinaryWriter writer, PreparedCall call, Done done)
    {
        writer.Write(done.Began);
        writer.Write(done.Ended);
        writer.Write(done.Thrown is not null);
        var type = ContractMethods.ResultOf(call.Method.ReturnType);
        if (done.Thrown is { } thrown)
            Replies.WriteThrown(writer, thrown);
        else if (type != typeof(void))
            Wire.Write(writer, type, done.Value);
    }

    private readonly record struct Done(long Began, long Ended, object? Value, Exception? Thrown);
}
