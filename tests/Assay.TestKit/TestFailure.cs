namespace Assay.TestKit;

/// <summary>A test's expectation was not met; the message shows what was expected and what came.</summary>
public sealed class TestFailure(string message) : Exception(message);
