using Assay.Reference.Ledger;

// Transfers back and forth on the ledger of a file until it is killed, and says which keys have been answered, one a line.
// Arguments: the file, the first key, the transfers at once.
var (first, lanes) = (ulong.Parse(args[1]), int.Parse(args[2]));
var euro = Currency.Of("EUR");
await using var ledger = await DurableLedger.OpenAsync(args[0], events => new SingleWriterLedger(new LedgerOptions(), events));
foreach (var account in new long[] { 1, 2 })
    await ledger.ExecuteAsync(new LedgerRequest.OpenAccount(new RequestKey((ulong)account), account, euro, AccountBounds.Unbounded));
await Console.Out.WriteLineAsync("ready");
await Console.Out.FlushAsync();
var output = new Lock();
await Task.WhenAll(Enumerable.Range(0, lanes).Select(lane => Task.Run(async () =>
{
    for (var key = first + (ulong)lane; ; key += (ulong)lanes)
    {
        var (from, to) = key % 2 == 0 ? (1, 2) : (2, 1);
        var result = await ledger.ExecuteAsync(LedgerRequest.Transfer(new RequestKey(key), from, to, new Money(1 + (long)(key % 7), euro)));
        lock (output)
        {
            Console.Out.Write($"{key} {result.Sequence}\n");
            Console.Out.Flush();
        }
    }
})));
