using Assay.Analyzers.Rules.Observability;
using Assay.CodeFixes.Rules.Observability;
using Assay.TestKit;

namespace Assay.Analyzers.Tests.Rules.Observability;

public sealed class InterpolatedLogTemplateTests : RuleTests<InterpolatedLogTemplate, InterpolatedLogTemplateFix>
{
    [Fact]
    public Task An_interpolated_text_is_flagged() => Flags(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger<C> logger, ILogger? other)
        {
            void M(int id, Exception ex)
            {
                logger.LogInformation([|$"Order {id} is paid"|]);
                logger.LogError(ex, [|$"Order {id} failed"|]);
                logger.Log(LogLevel.Warning, [|$"Order {id:N0} is late by {ex.Message,5}"|]);
                other?.LogDebug([|$"Order {id}"|]);
                LoggerExtensions.LogWarning(logger, message: [|$"Order {id}"|]);
            }
        }
        """,
        messages:
        [
            Message("id"),
            Message("id"),
            Message("id"),
            Message("id"),
            Message("id"),
        ]);

    [Fact]
    public Task Sums_and_formats_are_flagged() => Flags(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger)
        {
            void M(int id, string name)
            {
                logger.LogInformation([|"Order " + id + " is paid"|]);
                logger.LogInformation([|"Order {Id} of " + name|], id);
                logger.LogInformation([|string.Format("Order {0} of {1}", id, name)|]);
                logger.LogInformation([|string.Concat("Order ", name)|]);
                logger.LogInformation(([|"Order " + id|]));
            }
        }
        """);

    [Fact]
    public Task Serilog_and_NLog_are_flagged() => Flags(Libraries +
        """
        // ==== C.cs
        class C(Serilog.ILogger serilog, NLog.Logger nlog)
        {
            void M(int id, Exception ex)
            {
                serilog.Information([|$"Order {id} is paid"|]);
                Serilog.Log.Error(ex, [|$"Order {id} is paid"|]);
                nlog.Info([|$"Order {id} is paid"|]);
                nlog.Error(ex, [|"Order " + id|]);
            }
        }
        """);

    [Fact]
    public Task Constant_texts_and_variables_are_ignored() => Ignores(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger)
        {
            const string Prefix = "Orders: ";
            static readonly string s_prefix = Environment.MachineName;
            void M(int id, string text)
            {
                logger.LogInformation("Order {Id} is paid", id);
                logger.LogInformation(Prefix + "Order {Id} is paid", id);
                logger.LogInformation(s_prefix + "Order {Id} is paid", id);
                logger.LogInformation($"{Prefix}Order {{Id}} in {nameof(M)}", id);
                logger.LogInformation("Order {Id} is paid" + Environment.NewLine, id);
                logger.LogInformation(text);
                logger.LogInformation("Order {Id} is {Text}", id, $"paid {text}");
                Console.WriteLine($"Order {id}");
            }
        }
        """);

    [Fact]
    public Task Texts_of_log4net_and_of_other_loggers_are_ignored() => Ignores(Libraries +
        """
        // ==== C.cs
        class C(log4net.ILog log, Own.ILogger own)
        {
            void M(int id)
            {
                log.Info($"Order {id} is paid");
                own.LogInformation($"Order {id} is paid");
            }
        }
        namespace Own
        {
            interface ILogger { void LogInformation(string text); }
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger) { void M(int id) { logger.LogInformation($"Order {}"); logger.LogInformation(; } }
        """, allowErrors: true);

    [Fact]
    public Task Values_become_named_holes() => Fixes(
        """
        using Microsoft.Extensions.Logging;
        record Order(int Id, string Customer);
        class C(ILogger logger)
        {
            string _region = "";
            void M(Order order, string[] items, Exception ex, IList<int> prices)
            {
                logger.LogInformation([|$"Order {order.Id} of {order.Customer} in {_region}"|]);
                logger.LogError(ex, [|$"Order {order.Id,5:N0} failed with {ex.Message} in {nameof(M)}"|]);
                logger.LogInformation([|$"Items {items}"|]);
                logger.LogInformation([|$"Braces {{ }} and {order.Id} and {order.Id}"|]);
                logger.LogInformation([|$"From {prices.Count()} to {{Total}} at {GetPrice()}"|], prices[0]);
                logger.LogInformation(new EventId(3), [|$"{(prices.Count > 3 ? "many" : "few")} {ToString()} {prices[0]}"|]);
            }
            int GetPrice() => 3;
        }
        """,
        """
        using Microsoft.Extensions.Logging;
        record Order(int Id, string Customer);
        class C(ILogger logger)
        {
            string _region = "";
            void M(Order order, string[] items, Exception ex, IList<int> prices)
            {
                logger.LogInformation("Order {OrderId} of {Customer} in {Region}", order.Id, order.Customer, _region);
                logger.LogError(ex, "Order {OrderId,5:N0} failed with {ErrorMessage} in M", order.Id, ex.Message);
                logger.LogInformation("Items {Items}", (object)items);
                logger.LogInformation("Braces {{ }} and {OrderId} and {OrderId2}", order.Id, order.Id);
                logger.LogInformation("From {PricesCount} to {Total} at {Price}", prices.Count(), prices[0], GetPrice());
                logger.LogInformation(new EventId(3), "{Value} {ToString} {Prices}", prices.Count > 3 ? "many" : "few", ToString(), prices[0]);
            }
            int GetPrice() => 3;
        }
        """,
        title: "Name a hole and pass the value");

    [Fact]
    public Task Sums_and_formats_become_templates() => Fixes(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger)
        {
            void M(int id, string name)
            {
                logger.LogInformation([|"Order " + id + " is paid"|]);
                logger.LogInformation(
                    [|"Order {Id} of " +
                    name|],
                    id);
                logger.LogInformation([|string.Format("Order {0:D4} of {1}", id, name)|]);
                logger.LogInformation([|@"C:\" + name|]);
            }
        }
        """,
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger)
        {
            void M(int id, string name)
            {
                logger.LogInformation("Order {Id} is paid", id);
                logger.LogInformation(
                    "Order {Id} of {Name}", id, name);
                logger.LogInformation("Order {Id:D4} of {Name}", id, name);
                logger.LogInformation("C:\\{Name}", name);
            }
        }
        """);

    [Fact]
    public Task Holes_that_do_not_fit_their_values_get_no_fix() => Fixes(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger)
        {
            void M(int id, object[] values, string name)
            {
                logger.LogInformation([|$"{id} {{A}}"|], 1, 2);
                logger.LogInformation([|$"{id} {{A}}"|], values);
                logger.LogInformation(args: values, message: [|$"{id} {{A}}"|]);
                logger.LogInformation([|$"{id} {{0}}"|], 1);
                logger.LogInformation([|"Order " /* which */ + name|]);
            }
        }
        """,
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger)
        {
            void M(int id, object[] values, string name)
            {
                logger.LogInformation([|$"{id} {{A}}"|], 1, 2);
                logger.LogInformation([|$"{id} {{A}}"|], values);
                logger.LogInformation(args: values, message: [|$"{id} {{A}}"|]);
                logger.LogInformation([|$"{id} {{0}}"|], 1);
                logger.LogInformation([|"Order " /* which */ + name|]);
            }
        }
        """);

    private const string Libraries = LoggingLibraries.Source;

    private static string Message(string value) =>
        $"'{value}' becomes part of the template: every value makes another one, so the events cannot be grouped or searched by it, and a brace in the value is read as a hole; name a hole and pass the value";

    [Fact]
    public async Task A_template_that_was_put_together_in_a_local_has_no_fix()
    {
        const string Source =
            """
            using Microsoft.Extensions.Logging;
            class Orders(ILogger<Orders> log)
            {
                void Late(int id)
                {
                    var text = $"order {id} is late";
                    log.LogWarning([|text|]);
                }
            }
            """;
        await Flags(Source);
        await Fixes(Source, Source);
    }
}
