using System.Threading;
using System.Threading.Tasks;

namespace Candidate;

/// <summary>A loader that has not ended.</summary>
internal sealed class PendingLoad(string key)
{
    public string Key => key;

    public TaskCompletionSource<string> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CancellationTokenSource Abandoned { get; } = new();

    /// <summary>Those who have not left. The writer's.</summary>
    public int Callers { get; set; }
}
