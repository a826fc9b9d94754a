using System;
using System.Threading;
using System.Threading.Tasks;

namespace Candidate;

/// <summary>A loader that runs.</summary>
internal sealed class Load(string key)
{
    private readonly TaskCompletionSource<string> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _abandoned = new();

    public string Key => key;

    public CancellationToken Token => _abandoned.Token;

    public Task<string> Task => _end.Task;

    /// <summary>Those who have not left. The cache's lock guards it.</summary>
    public int Waiting { get; set; }

    public void End(string value) => _end.TrySetResult(value);

    public void Fail(Exception failure) => _end.TrySetException(failure);

    public void Abandon() => _abandoned.Cancel();
}
