using Assay.Verify.Exploration;

namespace Assay.Weaving.Models;

/// <summary>A using statement ends what it holds by the interface: of what is modelled, the model has to hear of it.</summary>
[Models(typeof(IDisposable))]
public static class DisposableModel
{
    public static void Dispose(IDisposable target, int site)
    {
        if (Arena.Current is null)
        {
            target.Dispose();
            return;
        }

        switch (target)
        {
            case Timer timer:
                TimerModel.Dispose(timer, site);
                break;
            case CancellationTokenSource source:
                CancellationTokenSourceModel.Dispose(source, site);
                break;
            case PeriodicTimer timer:
                PeriodicTimerModel.Dispose(timer, site);
                break;
            case ReaderWriterLockSlim gate:
                ReaderWriterLockSlimModel.Dispose(gate, site);
                break;
            default:
                target.Dispose();
                break;
        }
    }
}

/// <summary>The same where the end is awaited.</summary>
[Models(typeof(IAsyncDisposable))]
public static class AsyncDisposableModel
{
    public static ValueTask DisposeAsync(IAsyncDisposable target, int site) => Arena.Current is not null && target is Timer timer ? TimerModel.DisposeAsync(timer, site) : target.DisposeAsync();
}

/// <summary>A task's handle can be waited for like any other.</summary>
[Models(typeof(IAsyncResult))]
public static class AsyncResultModel
{
    public static WaitHandle get_AsyncWaitHandle(IAsyncResult target, int site) => target is Task task ? Handles.Follow(target.AsyncWaitHandle, () => task.IsCompleted) : target.AsyncWaitHandle;
}
