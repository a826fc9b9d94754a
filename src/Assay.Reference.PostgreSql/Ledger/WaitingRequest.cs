using Assay.Reference.Ledger;

namespace Assay.Reference.PostgreSql.Ledger;

/// <summary>A request that waits for its commit, and its caller.</summary>
/// <param name="Request">The request.</param>
/// <param name="Form">Done, or what is wrong with it whatever the ledger holds: then only its key is looked up.</param>
/// <param name="CancellationToken">Keeps it from starting.</param>
internal sealed record WaitingRequest(LedgerRequest Request, LedgerStatus Form, CancellationToken CancellationToken)
{
    // Asynchronously: a caller that goes on inside SetResult would hold up everybody's commits.
    private readonly TaskCompletionSource<LedgerResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<LedgerResult> Answer => _answer.Task;

    public void Complete(LedgerResult result) => _answer.TrySetResult(result);

    public void Fail(Exception exception) => _answer.TrySetException(exception);

    /// <summary>Whether the caller has given up before it started; then it never starts.</summary>
    public bool IsGivenUp() => CancellationToken.IsCancellationRequested && _answer.TrySetCanceled(CancellationToken);
}
