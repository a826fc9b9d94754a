using Assay.Analyzers.Rules.Observability;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Observability;

public sealed class LogAndRethrowTests : RuleTests<LogAndRethrow>
{
    [Fact]
    public Task A_logged_exception_that_is_thrown_on_is_flagged() => Flags(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger)
        {
            void M(bool isLoud)
            {
                try { } catch (Exception ex) { {|ASSAY7004:logger.LogError(ex, "Failed")|}; {|#0:throw;|} }
                try { } catch (Exception ex) { if (isLoud) { {|ASSAY7004:logger.LogError("Failed: {Error}", ex)|}; } {|#1:throw new InvalidOperationException("x", ex);|} }
                try { } catch (Exception ex) { {|ASSAY7004:logger.LogWarning($"Failed {ex}")|}; {|#2:throw ex;|} }
            }
        }
        """,
        messages:
        [
            "'ex' is logged here and thrown on at line 6: whoever catches it logs the same failure again",
            "'ex' is logged here and thrown on at line 7: whoever catches it logs the same failure again",
            "'ex' is logged here and thrown on at line 8: whoever catches it logs the same failure again",
        ]);

    [Fact]
    public Task An_exception_that_is_only_logged_or_only_thrown_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger)
        {
            void M(bool isLast, Exception other)
            {
                try { } catch (Exception ex) { logger.LogError(ex, "Failed"); }
                try { } catch (Exception) { throw; }
                try { } catch (Exception ex) { logger.LogDebug(ex, "Passing by"); throw; }
                try { } catch (Exception) { logger.LogError(other, "Failed before"); throw; }
                try { } catch (Exception ex) { if (isLast) throw; logger.LogError(ex, "Failed"); }
                try { } catch (Exception ex) { if (!isLast) { logger.LogError(ex, "Failed"); return; } throw; }
                try { } catch (Exception ex) { Action later = () => logger.LogError(ex, "Failed"); later(); throw; }
                logger.LogError(other, "Failed");
                throw other;
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger) { void M() { try { } catch (Exception ex) { logger.LogError(e, "Failed"); throw } } }
        """, allowErrors: true);
}
