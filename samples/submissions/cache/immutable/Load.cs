using System;
using System.Threading;
using System.Threading.Tasks;

namespace Candidate;

/// <summary>A name for a load in the state, and where its outcome appears.</summary>
internal sealed class Load(string key)
{
    private readonly TaskCompletionSource<string> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _abandoned = new();

    public string Key => key;

    public Task<string> Task => _outcome.Task;

    public CancellationToken Token => _abandoned.Token;

    public void Abandon() => _abandoned.Cancel();

    public void Answer(string? value, Exception? failure)
    {
        if (failure is null)
            _outcome.SetResult(value!);
        else
            _outcome.SetException(failure);
    }
}
