using Assay.Analyzers.Rules.Observability;
using Assay.CodeFixes.Rules.Observability;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Observability;

public sealed class ExceptionAsArgumentTests : RuleTests<ExceptionAsArgument, ExceptionAsArgumentFix>
{
    [Fact]
    public Task An_exception_among_the_values_is_flagged() => Flags(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger)
        {
            void M(int id, Task task)
            {
                try { }
                catch (InvalidOperationException ex)
                {
                    logger.LogError("Order {Id} failed: {Error}", id, [|ex|]);
                    logger.LogWarning("Order failed", [|ex|]);
                    logger.Log(LogLevel.Error, "Order failed: {0}", [|ex|]);
                    logger.LogError("Order failed: {Error}", [|ex.InnerException|]);
                }
                logger.LogError("Work failed: {Error}", [|task.Exception|]);
            }
        }
        """,
        messages:
        [
            Message("ex", "becomes the text of {Error}", "LogError"),
            Message("ex", "has no hole in the text and is not written at all", "LogWarning"),
            Message("ex", "becomes the text of {0}", "Log"),
            Message("ex.InnerException", "becomes the text of {Error}", "LogError"),
            Message("task.Exception", "becomes the text of {Error}", "LogError"),
        ]);

    [Fact]
    public Task Serilog_NLog_and_log4net_are_flagged() => Flags(LoggingLibraries.Source +
        """
        // ==== C.cs
        class C(Serilog.ILogger serilog, NLog.Logger nlog, log4net.ILog log4net)
        {
            void M(int id, Exception ex)
            {
                serilog.Error("Order {Id} failed: {Error}", id, [|ex|]);
                Serilog.Log.Error("Order failed: {Error}", [|ex|]);
                nlog.Error("Order failed: {0}", [|ex|]);
                nlog.Error("Order {0} failed", id, [|ex|]);
                log4net.ErrorFormat("Order {0} failed: {1}", id, [|ex|]);
            }
        }
        """);

    [Fact]
    public Task An_exception_at_its_place_is_ignored() => Ignores(LoggingLibraries.Source +
        """
        // ==== C.cs
        using Microsoft.Extensions.Logging;
        class C(ILogger logger, Serilog.ILogger serilog, NLog.Logger nlog, log4net.ILog log4net)
        {
            void M(int id)
            {
                try { }
                catch (Exception ex)
                {
                    logger.LogError(ex, "Order {Id} failed", id);
                    logger.LogError(ex, "Order {Id} failed for {Cause}", id, ex.InnerException);
                    logger.LogError("Order {Id} failed: {Error}", id, ex.Message);
                    logger.LogError("Order {Id} failed: {Error}", id, ex.GetType());
                    serilog.Error(ex, "Order {Id} failed", id);
                    nlog.Error(ex);
                    nlog.Error(ex, "Order {Id} failed", id);
                    log4net.Error(ex);
                    log4net.Error("Order failed", ex);
                    Console.WriteLine("Order {0} failed: {1}", id, ex);
                    using var scope = logger.BeginScope("After {Error}", ex);
                }
            }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger) { void M(Exception ex) { logger.LogError("Failed {Error}", e); logger.LogError("a", } }
        """, allowErrors: true);

    [Fact]
    public Task The_exception_moves_to_its_parameter() => Fixes(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger)
        {
            void M(int id, Exception ex)
            {
                logger.LogError("Order {Id} failed: {Error}", id, [|ex|]);
                logger.LogError("Order {Id} failed ({Error}).", id, [|ex|]);
                logger.LogWarning(new EventId(3), "Order failed", [|ex|]);
                logger.Log(LogLevel.Error, "Order failed, exception: {0}", [|ex|]);
                logger.LogError("The error {Error} stopped order {Id}", [|ex|], id);
                logger.LogError("{Error}", [|ex|]);
                logger.LogError(
                    "Order {Id} failed: {Error}",
                    id,
                    [|ex|]);
            }
        }
        """,
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger)
        {
            void M(int id, Exception ex)
            {
                logger.LogError(ex, "Order {Id} failed", id);
                logger.LogError(ex, "Order {Id} failed.", id);
                logger.LogWarning(new EventId(3), ex, "Order failed");
                logger.Log(LogLevel.Error, ex, "Order failed");
                logger.LogError(ex, "The error {Error} stopped order {Id}", ex.Message, id);
                logger.LogError(ex, "{Error}", ex.Message);
                logger.LogError(
                    ex, "Order {Id} failed", id);
            }
        }
        """,
        title: "Pass the exception as the exception");

    [Fact]
    public Task In_the_other_libraries_it_moves_too() => Fixes(LoggingLibraries.Source +
        """
        // ==== C.cs
        class C(Serilog.ILogger serilog, NLog.Logger nlog, log4net.ILog log4net)
        {
            void M(int id, string text, Exception ex)
            {
                serilog.Error("Order {Id} failed: {Error}", id, [|ex|]);
                nlog.Error("Order {0} failed: {1}", id, [|ex|]);
                log4net.ErrorFormat("Order failed: {0}", [|ex|]);
                log4net.ErrorFormat("Order {0} failed: {1}", id, [|ex|]);
                nlog.Error(text, [|ex|]);
            }
        }
        """,
        LoggingLibraries.Source +
        """
        // ==== C.cs
        class C(Serilog.ILogger serilog, NLog.Logger nlog, log4net.ILog log4net)
        {
            void M(int id, string text, Exception ex)
            {
                serilog.Error(ex, "Order {Id} failed", id);
                nlog.Error(ex, "Order {0} failed", id);
                log4net.Error("Order failed", ex);
                log4net.ErrorFormat("Order {0} failed: {1}", id, [|ex|]);
                nlog.Error(text, [|ex|]);
            }
        }
        """);

    private static string Message(string value, string fate, string method) =>
        $"'{value}' {fate}: the event carries no exception, so nothing that looks for exceptions finds it; pass it as the exception of '{method}'";
}
