using Assay.Analyzers.Rules.Observability;
using Assay.TestKit;
using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests.Rules.Observability;

public sealed class TemplateMismatchTests : RuleTests<TemplateMismatch>
{
    [Fact]
    public Task A_number_of_values_that_does_not_fit_is_flagged() => Flags(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger)
        {
            void M(int id, string name, Exception ex)
            {
                logger.LogInformation([|"Order {Id} of {Name}"|], id);
                logger.LogError(ex, [|"Order {Id}"|], id, name);
                logger.LogInformation([|"Order {Id}"|]);
                logger.LogInformation([|"Order"|], id);
                logger.LogInformation([|"Order {0} and again {0}"|], id);
                using var scope = logger.BeginScope([|"Order {Id} of {Name}"|], id);
            }
        }
        """,
        messages:
        [
            "The text has 2 holes and gets 1 value: {Name} makes the call throw a FormatException when the line is written",
            "The text has 1 hole and gets 2 values: 'name' is not written",
            "The text has 1 hole and gets 0 values: {Id} is written as it stands",
            "The text has 0 holes and gets 1 value: 'id' is not written",
            "The text has 2 holes and gets 1 value: {0} makes the call throw a FormatException when the line is written",
            "The text has 2 holes and gets 1 value: {Name} makes the call throw a FormatException when the line is written",
        ]);

    [Fact]
    public Task Values_in_each_others_holes_are_flagged() => Flags(
        """
        using Microsoft.Extensions.Logging;
        record Order(int Id, int UserId);
        class C(ILogger logger)
        {
            int _userId;
            void M(int orderId, int userId, Order order)
            {
                logger.LogInformation([|"Order {OrderId} of {UserId}"|], userId, orderId);
                logger.LogInformation([|"Order {OrderId} of {UserId}"|], _userId, orderId);
                logger.LogInformation([|"{1} of {0}"|], userId, orderId);
            }
        }
        """,
        messages:
        [
            "'userId' fills {OrderId} and 'orderId' fills {UserId}: values are taken in their order, not by name",
            "'_userId' fills {OrderId} and 'orderId' fills {UserId}: values are taken in their order, not by name",
            "{1} is filled with 'userId': holes are filled in the order in which they stand, whatever their numbers",
        ]);

    [Fact]
    public Task A_number_in_place_of_a_name_is_a_suggestion() => Flags(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger) { void M(int id, int other) { logger.LogInformation([|"Order {0} of {1}"|], id, other); } }
        """,
        messages: ["The value 'id' is stored under the name '0', by which nobody will look for it; name the hole"],
        severity: DiagnosticSeverity.Info);

    [Fact]
    public Task In_other_libraries_numbers_are_positions() => Flags(LoggingLibraries.Source +
        """
        // ==== C.cs
        class C(Serilog.ILogger serilog, NLog.Logger nlog, log4net.ILog log4net)
        {
            void M(int id, string name)
            {
                serilog.Information([|"Order {Id} of {Name}"|], id);
                nlog.Info([|"Order {0} of {1}"|], id);
                log4net.InfoFormat([|"Order {0} of {2}"|], id, name);
                log4net.InfoFormat([|"Order {0}"|], id, name);
                nlog.Info("Order {0}, once more {0}, of {1}", id, name);
                nlog.Info("{1} of {0}", id, name);
                log4net.Info("Order {0}");
            }
        }
        """);

    [Fact]
    public Task Values_that_fit_are_ignored() => Ignores(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger)
        {
            void M(int orderId, string name, object[] values, string text, Exception ex)
            {
                logger.LogInformation("Order {OrderId} of {Name}", orderId, name);
                logger.LogInformation("Order {OrderId,5:N0} of {@Name} with {{braces}}", orderId, name);
                logger.LogInformation("Order {A} of {B}", values);
                logger.LogInformation(text, orderId, name);
                logger.LogInformation("Nothing to fill");
                logger.LogInformation("{ \"id\": 3 }");
                logger.LogInformation("From {First} to {Last}", name, orderId);
                logger.LogInformation("Order {Id} and {Name}", orderId, ex.Message);
                logger.LogInformation("Was {Name} and is {NewName}", name, Name(name));
                Console.WriteLine("{0} {1}", orderId);
            }
            string Name(string n) => n;
        }
        """);

    [Fact]
    public Task Code_in_the_middle_of_typing_is_ignored() => Ignores(
        """
        using Microsoft.Extensions.Logging;
        class C(ILogger logger) { void M(int id) { logger.LogInformation("Order {Id}", id.); logger.LogInformation("Order", } }
        """, allowErrors: true);
}
