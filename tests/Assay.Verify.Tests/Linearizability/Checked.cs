namespace Assay.Verify.Tests.Histories;

/// <summary>The checker with the running test's cancellation.</summary>
internal static class Checked
{
    public static Verdict<TOp, TResult> By<TState, TOp, TResult>(
        ISequentialModel<TState, TOp, TResult> model, History<TOp, TResult> history, CheckOptions? options = null) =>
        Linearizability.Check(model, history, options, TestContext.Current.CancellationToken);
}
