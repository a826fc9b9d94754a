using Assay.Analyzers.Rules.Errors;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.Errors;

public sealed class SilentRecordDropTests : RuleTests<SilentRecordDrop>
{
    [Fact]
    public Task A_record_that_is_skipped_is_flagged() => Flags(
        """
        record Payment(int Id, decimal Amount);
        class Ledger
        {
            void Post(List<Payment> payments)
            {
                {|#0:foreach|} (var payment in payments)
                {
                    try { Book(payment); }
                    [|catch (Exception)|] { continue; }
                }
            }
            void Book(Payment payment) { }
        }
        """,
        messages: ["When 'payment' fails, 'catch (Exception)' the next turn begins: the record is lost, for nothing collects, counts or dead-letters it"]);

    [Fact]
    public Task A_record_that_is_only_logged_is_flagged() => Flags(
        """
        using Microsoft.Extensions.Logging;
        class Trade { public int Id { get; set; } public decimal Price { get; set; } }
        class Settlement(ILogger<Settlement> log)
        {
            async Task Run(IAsyncEnumerable<Trade> trades, CancellationToken token)
            {
                await foreach (var trade in trades)
                {
                    try { await Settle(trade, token); }
                    [|catch (Exception ex)|] when (ex is not OperationCanceledException)
                    {
                        log.LogError(ex, "Trade {Id} failed", trade.Id);
                    }
                }
            }
            Task Settle(Trade trade, CancellationToken token) => Task.CompletedTask;
        }
        """);
}
