using System.ComponentModel.DataAnnotations.Schema;

namespace Shop.Service;

/// <summary>A refund that somebody has agreed to.</summary>
public sealed class Approval
{
    public string? By { get; set; }

    [Column("approved_at")]
    public DateTime ApprovedAt { get; set; }
}

/// <summary>Waits until somebody agrees to a refund, if need be for ever.</summary>
public sealed class RefundApprovals(TimeProvider clock)
{
    private readonly TaskCompletionSource<string> _decision = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Decide(string by) => _decision.TrySetResult(by);

    public async Task<string> WaitAsync(CancellationToken cancellationToken)
    {
        return await _decision.Task;
    }

    public Approval Approve(string by) => new() { By = by, ApprovedAt = clock.GetLocalNow().DateTime };
}
