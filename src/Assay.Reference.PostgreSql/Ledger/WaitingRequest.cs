using System.Buffers;
using Assay.Reference.Ledger;

namespace Assay.Reference.PostgreSql.Ledger;

/// <summary>A request that waits for its commit, and its caller.</summary>
/// <param name="Request">The request.</param>
/// <param name="Form">Done, or what is wrong with it whatever the ledger holds: then only its key is looked up.</param>
/// <param name="Payload">Everything but the key in the canonical encoding; of a malformed request nothing, which is no recorded request's.</param>
/// <param name="CancellationToken">Keeps it from starting.</param>
internal sealed record WaitingRequest(LedgerRequest Request, LedgerStatus Form, byte[] Payload, CancellationToken CancellationToken)
{
    // Asynchronously: a caller that goes on inside SetResult would hold up everybody's commits.
    private readonly TaskCompletionSource<LedgerResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Judges and encodes a request: by its caller, because batches are made by one thread.</summary>
    public static WaitingRequest Of(LedgerRequest request, CancellationToken cancellationToken)
    {
        var form = RequestForm.Check(request);
        if (form != LedgerStatus.Done)
            return new WaitingRequest(request, form, [], cancellationToken);
        var payload = new ArrayBufferWriter<byte>(64);
        RequestCodec.Write(new CanonicalWriter(payload), request);
        return new WaitingRequest(request, form, payload.WrittenSpan.ToArray(), cancellationToken);
    }

    public Task<LedgerResult> Answer => _answer.Task;

    public void Complete(LedgerResult result) => _answer.TrySetResult(result);

    public void Fail(Exception exception) => _answer.TrySetException(exception);

    /// <summary>Whether the caller has given up before it started; then it never starts.</summary>
    public bool IsGivenUp() => CancellationToken.IsCancellationRequested && _answer.TrySetCanceled(CancellationToken);
}
