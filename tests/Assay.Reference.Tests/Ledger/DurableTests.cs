#pragma warning disable xUnit1051 // Nothing here is cancelled: what a token does has its own tests.
using System.Diagnostics;
using Assay.Reference.Ledger;
using Assay.Verify;

namespace Assay.Reference.Tests.Ledger;

/// <summary>What was answered survives crashes and failures at every step, and happens once.</summary>
public sealed class DurableTests
{
    private const int Preamble = 40;
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task A_crash_or_failure_at_any_step_loses_no_answer_and_repeats_no_request()
    {
        var total = await RunUntilFailureAsync(new SimulatedDisk(), new Random(0), []);
        Assert.True(total > 30);
        for (var step = 1; step <= total + 1; step++)
            Assert.Null(await FindingAsync(step, ignoresFlush: false));
    }

    [Fact]
    public async Task A_disk_that_does_not_flush_is_found_out()
    {
        var findings = 0;
        for (var step = 2; step <= 30; step++)
            findings += await FindingAsync(step, ignoresFlush: true) is null ? 0 : 1;
        Assert.True(findings > 0);
    }

    [Fact]
    public async Task Every_cut_of_the_last_frame_is_cut_off_and_every_damage_before_it_is_refused()
    {
        var disk = new SimulatedDisk();
        var lengths = new List<long>();
        await using (var ledger = await OpenAsync(disk))
        {
            foreach (var request in Requests.Openings())
            {
                await ledger.ExecuteAsync(request);
                lengths.Add(disk.Length);
            }
        }

        var bytes = disk.Bytes;
        for (var cut = (int)lengths[^2]; cut < bytes.Length; cut++)
            Assert.Equal(lengths.Count - 1, (await OpenAsync(new SimulatedDisk(bytes[..cut]))).DurableHead.Sequence);
        for (var at = 0; at < bytes.Length; at += 3)
        {
            var changed = bytes.ToArray();
            changed[at] ^= 0x10;
            if (at < lengths[^2])
                await Assert.ThrowsAsync<LedgerCorruptException>(async () => await OpenAsync(new SimulatedDisk(changed)));
            else
                Assert.True((await OpenAsync(new SimulatedDisk(changed))).DurableHead.Sequence < lengths.Count);
        }
    }

    [Fact]
    public async Task A_failed_flush_ends_the_ledger_until_it_is_opened_again()
    {
        var ledger = await OpenAsync(new SimulatedDisk(failAt: 6));
        await ledger.ExecuteAsync(Requests.Openings().First());
        await Assert.ThrowsAsync<IOException>(async () => await ledger.ExecuteAsync(Requests.Openings().ElementAt(1)));
        await Assert.ThrowsAsync<IOException>(async () => await ledger.ExecuteAsync(Requests.Openings().First()));
        await Assert.ThrowsAsync<IOException>(async () => await ledger.FindAccountAsync(1));
        await ledger.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await ledger.FindAccountAsync(1));
    }

    [Fact]
    public async Task Who_waits_together_is_flushed_together()
    {
        var disk = new SimulatedDisk();
        await using var ledger = await OpenAsync(disk);
        foreach (var request in Requests.Openings())
            await ledger.ExecuteAsync(request);
        var before = disk.Operations;
        await Task.WhenAll(Enumerable.Range(1, 500).Select(i => ledger.ExecuteAsync(LedgerRequest.Deposit(Requests.Key((ulong)i), 3, Requests.Euros(1))).AsTask()));
        Assert.Equal(505, ledger.DurableHead.Sequence);
        Assert.InRange(disk.Operations - before, 2, 2 * 500);
        // A repetition of what is durable needs no disk.
        before = disk.Operations;
        await ledger.ExecuteAsync(Requests.Openings().First());
        Assert.Equal(before, disk.Operations);
    }

    [Fact]
    public async Task What_was_open_when_the_process_ended_goes_on()
    {
        var disk = new SimulatedDisk();
        await using (var ledger = await OpenAsync(disk))
        {
            foreach (var request in Requests.Openings())
                await ledger.ExecuteAsync(request);
            await ledger.ExecuteAsync(new LedgerRequest.Reserve(Requests.Key(1), [new Posting(1, 3, Requests.Euros(5))], TimeSpan.FromHours(1)));
            await ledger.ExecuteAsync(new LedgerRequest.Schedule(Requests.Key(2), _clock.GetUtcNow().AddHours(2), [new Posting(1, 3, Requests.Euros(7))]));
        }

        _clock.Advance(TimeSpan.FromHours(3));
        await using var again = await OpenAsync(new SimulatedDisk(disk.Bytes));
        Assert.Equal((23, 0), ((await again.FindAccountAsync(1))!.Value.Balance, (await again.FindAccountAsync(1))!.Value.ReservedOut));
        Assert.Equal(LedgerStatus.ReservationExpired, (await again.ExecuteAsync(new LedgerRequest.VoidReserved(Requests.Key(3), Requests.Key(1)))).Status);
    }

    [Fact]
    public async Task A_file_is_opened_by_one_ledger_and_other_files_are_refused()
    {
        var path = Path.GetTempFileName();
        try
        {
            await using (var ledger = await DurableLedger.OpenAsync(path, Engine))
            {
                await ledger.ExecuteAsync(Requests.Openings().First());
                await Assert.ThrowsAsync<IOException>(async () => await DurableLedger.OpenAsync(path, Engine));
            }

            await using (var ledger = await DurableLedger.OpenAsync(path, Engine))
                Assert.Equal(1, ledger.DurableHead.Sequence);
            await File.WriteAllTextAsync(path, "This is a letter and no ledger at all.");
            await Assert.ThrowsAsync<LedgerCorruptException>(async () => await DurableLedger.OpenAsync(path, Engine));
            await Assert.ThrowsAsync<LedgerCorruptException>(async () => await DurableLedger.OpenAsync(path, Engine));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_process_that_is_killed_while_it_writes_has_kept_every_answer()
    {
        var path = Path.GetTempFileName();
        try
        {
            ulong first = 100;
            for (var round = 0; round < 3; round++)
            {
                var answered = await KilledAsync(path, first, answers: 150 + (100 * round));
                await using var ledger = await DurableLedger.OpenAsync(path, events => new SingleWriterLedger(new LedgerOptions(), events));
                var events = await ledger.ReadEventsAsync().ToListAsync();
                var audit = new LedgerAudit();
                Assert.All(events, recorded => Assert.Null(audit.Add(recorded)));
                Assert.All(answered, answer => Assert.Equal(answer.Key, (ulong)events[(int)answer.Value - 1].Request.Key.Value));
                // The attempts that were not answered are repeated: they happen now, or they had happened.
                var before = events.Count;
                var repeated = answered.Keys.Max() + 8;
                for (var key = first; key <= repeated; key++)
                {
                    var (from, to) = key % 2 == 0 ? (1, 2) : (2, 1);
                    var result = await ledger.ExecuteAsync(LedgerRequest.Transfer(new RequestKey(key), from, to, Requests.Euros(1 + (long)(key % 7))));
                    Assert.True(result.IsDone && (!answered.TryGetValue(key, out var sequence) || sequence == result.Sequence));
                }

                Assert.True(ledger.DurableHead.Sequence - before <= (long)(repeated - first) + 1 - answered.Count);
                first = repeated + 1;
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static ILedger Engine(IEnumerable<LedgerEvent> events) => new OrderedLockLedger(new LedgerOptions(), events);

    // The answers that were read before the process was killed, without warning and in the middle of its work.
    private static async Task<Dictionary<ulong, long>> KilledAsync(string path, ulong first, int answers)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Assay.Reference.Tests.Writer.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, path, $"{first}", "8"]) { RedirectStandardOutput = true })!;
        var answered = new Dictionary<ulong, long>();
        while (answered.Count < answers)
        {
            var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The writer has ended.");
            if (line.Split(' ') is [var key, var sequence])
                answered.Add(ulong.Parse(key), long.Parse(sequence));
        }

        process.Kill();
        await process.WaitForExitAsync();
        return answered;
    }

    private async Task<string?> FindingAsync(int step, bool ignoresFlush)
    {
        var (random, answered) = (new Random(step), new Dictionary<LedgerRequest, LedgerResult>());
        var disk = new SimulatedDisk(failAt: step, ignoresFlush: ignoresFlush);
        await RunUntilFailureAsync(disk, random, answered);
        var found = disk.AfterCrash(random);
        DurableLedger again;
        try
        {
            again = await OpenAsync(new SimulatedDisk(found));
        }
        catch (LedgerCorruptException exception)
        {
            // A file that was torn while it was created is refused rather than overwritten; nothing had been answered.
            return found.Length <= Preamble && answered.Count == 0 ? null : $"step {step}: {exception.Message}";
        }

        foreach (var (request, result) in answered)
        {
            if (await again.ExecuteAsync(request) is var repeated && repeated != result)
                return $"step {step}: {request} was answered {result} and is answered {repeated}";
        }

        var audit = new LedgerAudit();
        return (await Scenario.EventsAsync(again)).Select(audit.Add).FirstOrDefault(finding => finding is not null);
    }

    // How many operations of the disk there were.
    private async Task<int> RunUntilFailureAsync(SimulatedDisk disk, Random random, Dictionary<LedgerRequest, LedgerResult> answered)
    {
        DurableLedger? ledger = null;
        var requests = new Requests(random);
        try
        {
            ledger = await OpenAsync(disk);
            foreach (var request in Requests.Openings().Concat(Enumerable.Range(0, 40).Select(_ => requests.Next())))
            {
                if (await ledger.ExecuteAsync(request) is { Sequence: > 0 } result)
                    answered[request] = result;
            }
        }
        catch (IOException)
        {
            // The planned failure: what was answered before it is what counts.
        }

        return disk.Operations;
    }

    private ValueTask<DurableLedger> OpenAsync(SimulatedDisk disk) => DurableLedger.OpenAsync(
        disk, events => new OrderedLockLedger(new LedgerOptions { Clock = _clock }, events), CancellationToken.None);
}
