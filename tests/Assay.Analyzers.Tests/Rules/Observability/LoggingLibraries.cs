namespace Assay.Analyzers.Tests.Rules.Observability;

/// <summary>The overloads of logging libraries that the tests cannot restore, as small as the rules need them.</summary>
internal static class LoggingLibraries
{
    public const string Source =
        """
        // ==== Serilog.cs
        namespace Serilog
        {
            public interface ILogger
            {
                void Debug(string messageTemplate);
                void Information(string messageTemplate);
                void Information<T>(string messageTemplate, T propertyValue);
                void Information<T0, T1>(string messageTemplate, T0 propertyValue0, T1 propertyValue1);
                void Information(string messageTemplate, params object?[]? propertyValues);
                void Error(string messageTemplate);
                void Error<T>(string messageTemplate, T propertyValue);
                void Error<T0, T1>(string messageTemplate, T0 propertyValue0, T1 propertyValue1);
                void Error(string messageTemplate, params object?[]? propertyValues);
                void Error(Exception? exception, string messageTemplate);
                void Error<T>(Exception? exception, string messageTemplate, T propertyValue);
                void Error(Exception? exception, string messageTemplate, params object?[]? propertyValues);
            }
            public static class Log
            {
                public static void Information<T>(string messageTemplate, T propertyValue) { }
                public static void Error(string messageTemplate) { }
                public static void Error<T>(string messageTemplate, T propertyValue) { }
                public static void Error(Exception? exception, string messageTemplate) { }
                public static void Error<T>(Exception? exception, string messageTemplate, T propertyValue) { }
            }
        }
        // ==== NLog.cs
        namespace NLog
        {
            public class Logger
            {
                public void Info(string message) { }
                public void Info<TArgument>(string message, TArgument argument) { }
                public void Info(string message, params object[] args) { }
                public void Error(Exception exception) { }
                public void Error(string message) { }
                public void Error<TArgument>(string message, TArgument argument) { }
                public void Error(string message, params object[] args) { }
                public void Error(Exception exception, string message) { }
                public void Error(Exception exception, string message, params object[] args) { }
            }
        }
        // ==== log4net.cs
        namespace log4net
        {
            public interface ILog
            {
                void Info(object message);
                void InfoFormat(string format, object arg0);
                void InfoFormat(string format, params object[] args);
                void Error(object message);
                void Error(object message, Exception exception);
                void ErrorFormat(string format, object arg0);
                void ErrorFormat(string format, object arg0, object arg1);
                void ErrorFormat(string format, params object[] args);
            }
        }

        """;
}
