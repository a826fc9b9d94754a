using System;
using System.Threading;
using System.Threading.Tasks;

namespace Candidate;

/// <summary>A loader under way.</summary>
internal sealed class Flight(string key)
{
    private readonly TaskCompletionSource<string> _landed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _abandoned = new();

    public string Key => key;

    public CancellationToken Token => _abandoned.Token;

    public Task<string> Landed => _landed.Task;

    public void Land(string value) => _landed.TrySetResult(value);

    public void Crash(Exception failure) => _landed.TrySetException(failure);

    public void Abandon() => _abandoned.Cancel();
}
