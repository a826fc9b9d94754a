using Assay.Analyzers.Rules.Observability;
using Assay.CodeFixes.Rules.Observability;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.Observability;

public sealed class ExceptionReducedToMessageTests : RuleTests<ExceptionReducedToMessage, ExceptionReducedToMessageFix>
{
    [Fact]
    public Task Only_the_message_logged_is_flagged() => Flags(LoggingLibraries.Source +
        """
        // ==== C.cs
        using Microsoft.Extensions.Logging;
        class C(ILogger logger, Serilog.ILogger serilog, NLog.Logger nlog, log4net.ILog log4net)
        {
            void M(int id)
            {
                try { } catch (Exception ex) { logger.LogError("Order {Id} failed: {Error}", id, [|ex.Message|]); }
                try { } catch (Exception ex) { logger.LogWarning($"Order {id} failed: {[|ex.Message|]}"); }
                try { } catch (Exception ex) { serilog.Error("Order failed: " + [|ex.Message|]); }
                try { } catch (Exception ex) { nlog.Error("Order failed: {0}", [|ex.Message|]); }
                try { } catch (Exception ex) { log4net.Error([|ex.Message|]); }
                try { } catch (Exception ex) { log4net.ErrorFormat("{0} {1}", ex.GetType().Name, [|ex.Message|]); }
            }
        }
        """);

    [Fact]
    public Task The_message_names_the_exception_and_the_call() => Flags(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger) { void M() { try { } catch (Exception failure) { logger.LogError("Failed: {Error}", [|failure.Message|]); } } }
        """,
        messages: ["Only the message of 'failure' is logged: its type, its stack trace and its cause are gone when the handler ends; pass 'failure' to 'LogError'"]);

    [Fact]
    public Task An_exception_of_a_known_kind_or_a_detail_is_a_suggestion() => Flags(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger)
        {
            void M()
            {
                try { } catch (FormatException ex) { logger.LogError("Bad line: {Error}", [|ex.Message|]); }
                try { } catch (Exception ex) { logger.LogDebug("Not there: {Error}", [|ex.Message|]); }
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task A_text_out_of_a_table_of_resources_is_a_suggestion() => Flags(
        """
        using Microsoft.Extensions.Logging;
        static class Texts { public static string Failed => "Failed: {0}"; }
        class C(ILogger logger)
        {
            void M()
            {
                try { } catch (Exception ex) { logger.LogError(Texts.Failed, [|ex.Message|]); }
            }
        }
        """,
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task An_exception_that_goes_on_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger)
        {
            List<Exception> _failures = [];
            void M(Exception other)
            {
                try { } catch (Exception ex) { logger.LogError(ex, "Failed: {Error}", ex.Message); }
                try { } catch (Exception ex) { logger.LogError("Failed: {Error}", ex.Message); throw; }
                try { } catch (Exception ex) { logger.LogError("Failed: {Error}", ex.Message); throw new InvalidOperationException("x", ex); }
                try { } catch (Exception ex) { logger.LogError("Failed: {Error}", ex.Message); _failures.Add(ex); }
                try { } catch (Exception ex) { logger.LogError("Failed: {Error}", ex.Message); logger.LogDebug(ex, "Details"); }
                try { } catch (Exception ex) { logger.LogError("Failed: {Error} {Trace}", ex.Message, ex.StackTrace); }
                try { } catch (Exception ex) { logger.LogError("Failed: {Error}", ex.ToString()); }
                try { } catch (Exception ex) { logger.LogError("Failed: {Error}", ex); }
                try { } catch (Exception ex) { Console.WriteLine(ex.Message); }
                try { } catch (Exception) { logger.LogError("Failed: {Error}", other.Message); }
                logger.LogError("Failed: {Error}", other.Message);
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger) { void M() { try { } catch (Exception ex) { logger.LogError("Failed", ex.); } } }
        """, allowErrors: true);

    [Fact]
    public Task The_exception_is_passed_beside_its_message() => Fixes(LoggingLibraries.Source +
        """
        // ==== C.cs
        using Microsoft.Extensions.Logging;
        class C(ILogger logger, Serilog.ILogger serilog, log4net.ILog log4net)
        {
            void M(int id)
            {
                try { } catch (Exception ex) { logger.LogError("Order {Id} failed: {Error}", id, [|ex.Message|]); }
                try { } catch (Exception ex) { logger.LogWarning(new EventId(3), $"Order {id} failed: {[|ex.Message|]}"); }
                try { } catch (Exception failure) { serilog.Error("Order failed: " + [|failure.Message|]); }
                try { } catch (Exception ex) { log4net.Error([|ex.Message|]); }
                try { } catch (Exception ex) { log4net.ErrorFormat("{0}", [|ex.Message|]); }
            }
        }
        """,
        LoggingLibraries.Source +
        """
        // ==== C.cs
        using Microsoft.Extensions.Logging;
        class C(ILogger logger, Serilog.ILogger serilog, log4net.ILog log4net)
        {
            void M(int id)
            {
                try { } catch (Exception ex) { logger.LogError(ex, "Order {Id} failed: {Error}", id, ex.Message); }
                try { } catch (Exception ex) { logger.LogWarning(new EventId(3), ex, $"Order {id} failed: {ex.Message}"); }
                try { } catch (Exception failure) { serilog.Error(failure, "Order failed: " + failure.Message); }
                try { } catch (Exception ex) { log4net.Error(ex.Message, ex); }
                try { } catch (Exception ex) { log4net.ErrorFormat("{0}", [|ex.Message|]); }
            }
        }
        """);
}
