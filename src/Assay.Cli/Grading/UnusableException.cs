namespace Assay.Cli.Grading;

/// <summary>A command cannot do its work with what it was given or where it runs; the message says why and what to do.</summary>
internal sealed class UnusableException(string message) : Exception(message);
