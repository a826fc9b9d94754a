using Assay.Analyzers.Rules.Errors;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.Errors;

public sealed class SwallowedCancellationTests : RuleTests<SwallowedCancellation>
{
    [Fact]
    public Task A_wide_catch_around_a_call_with_the_token_is_flagged() => Flags(
        """
        using Microsoft.Extensions.Logging;
        class Quotes(ILogger<Quotes> log)
        {
            async Task<int> Load(CancellationToken token)
            {
                try { return await Fetch({|#0:token|}); }
                [|catch (Exception ex)|]
                {
                    log.LogError(ex, "failed");
                    return 0;
                }
            }
            Task<int> Fetch(CancellationToken token) => Task.FromResult(1);
        }
        """,
        messages: ["'catch (Exception ex)' also catches OperationCanceledException: when 'token' is cancelled, 'Load' returns '0' instead of stopping"]);
}
