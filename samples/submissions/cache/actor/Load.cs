using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Candidate;

/// <summary>A load under way. Its callers belong to the actor.</summary>
internal sealed class Load(string key)
{
    private readonly CancellationTokenSource _abandoned = new();

    public string Key => key;

    public CancellationToken Token => _abandoned.Token;

    public List<Caller> Callers { get; } = [];

    public void Abandon() => _abandoned.Cancel();
}

/// <summary>Somebody who waits for a load.</summary>
internal sealed class Caller
{
    private readonly TaskCompletionSource<string> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string> Task => _answer.Task;

    public void End(string? value, Exception? failure)
    {
        if (failure is null)
            _answer.TrySetResult(value!);
        else
            _answer.TrySetException(failure);
    }

    public void Leave(CancellationToken cancellationToken) => _answer.TrySetCanceled(cancellationToken);
}
