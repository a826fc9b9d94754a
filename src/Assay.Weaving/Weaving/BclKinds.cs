using Assay.Verify.Exploration;
using Mono.Cecil;

namespace Assay.Weaving;

/// <summary>What the framework's types promise about concurrent use, as far as places depend on it.</summary>
internal static class BclKinds
{
    private static readonly HashSet<string> Unsafe =
    [
        "System.Collections.Generic.List`1", "System.Collections.Generic.Dictionary`2", "System.Collections.Generic.HashSet`1", "System.Collections.Generic.Queue`1",
        "System.Collections.Generic.Stack`1", "System.Collections.Generic.SortedDictionary`2", "System.Collections.Generic.SortedList`2", "System.Collections.Generic.SortedSet`1",
        "System.Collections.Generic.LinkedList`1", "System.Collections.Generic.PriorityQueue`2", "System.Text.StringBuilder", "System.Security.Cryptography.HashAlgorithm",
    ];

    private static readonly string[] Lookers =
        ["get_Item", "Contains", "TryGet", "Peek", "TryPeek", "IndexOf", "LastIndexOf", "ToArray", "ToString", "GetEnumerator", "Find", "Exists", "BinarySearch", "get_First", "get_Last", "CopyTo", "get_Keys", "get_Values", "ForEach", "TrueForAll", "get_Min", "get_Max"];

    private static readonly HashSet<string> Safe =
    [
        "System.Collections.Concurrent.ConcurrentDictionary`2", "System.Collections.Concurrent.ConcurrentQueue`1", "System.Collections.Concurrent.ConcurrentStack`1",
        "System.Collections.Concurrent.ConcurrentBag`1", "System.Threading.Channels.ChannelReader`1", "System.Threading.Channels.ChannelWriter`1",
        "System.Threading.CancellationTokenSource", "System.Threading.CancellationToken", "System.Threading.Tasks.TaskCompletionSource", "System.Threading.Tasks.TaskCompletionSource`1",
        "System.Collections.Immutable.ImmutableInterlocked", "System.Runtime.CompilerServices.ConditionalWeakTable`2", "System.Lazy`1", "System.Threading.AsyncLocal`1",
    ];

    // Outside of the models, these wait for what no lane can end.
    private static readonly HashSet<string> Blocking =
    [
        "System.Threading.WaitHandle", "System.Threading.Mutex", "System.Threading.Semaphore", "System.Threading.Barrier", "System.Threading.ReaderWriterLock",
        "System.Threading.Tasks.Parallel", "System.Collections.Concurrent.BlockingCollection`1", "System.Diagnostics.Process",
        "System.Net.Sockets.Socket", "System.Net.Http.HttpClient", "System.Threading.LazyInitializer", "System.Threading.ThreadLocal`1",
    ];

    private static readonly HashSet<string> Harmless =
    [
        ".ctor", "Dispose", "get_CurrentThread", "get_CurrentCount", "get_InitialCount", "get_IsCompleted", "set_IsBackground", "get_IsBackground", "set_Name", "get_Name",
        "get_ManagedThreadId", "get_IsThreadPoolThread", "set_Priority", "MemoryBarrier", "AddCount", "TryAddCount", "Reset", "get_IsSet", "Close", "get_BoundedCapacity", "ToArray", "CopyTo", "TryOpenExisting", "get_SafeWaitHandle", "get_Values", "ToString",
    ];

    public static bool IsUnsafeCollection(TypeReference type) => Unsafe.Contains(type.GetElementType().FullName);

    public static bool IsUnsafeCollection(Type type) => Unsafe.Contains((type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName ?? "");

    /// <summary>How a call uses a collection that is not safe for concurrent use; a count is an integer that is read.</summary>
    public static SiteKind UseOf(MethodReference called) => called.Name == "get_Count" || called.Name == "get_Length"
        ? SiteKind.Read
        : Array.Exists(Lookers, name => called.Name.StartsWith(name, StringComparison.Ordinal)) ? SiteKind.Look : SiteKind.Change;

    public static bool IsSafe(TypeReference type) => Safe.Contains(type.GetElementType().FullName);

    /// <summary>Whether a method may wait for something exploration has no hold on.</summary>
    public static bool MayWaitOutside(MethodReference called, bool typeHasModel)
    {
        var type = called.DeclaringType.GetElementType().FullName;
        if (Harmless.Contains(called.Name))
            return false;
        if (Blocking.Contains(type))
            return true;
        return typeHasModel && type switch
        {
            // Of a modelled type, what has no model and could wait or start something.
            "System.Threading.Thread" => called.Name is "Join" or "Sleep" or "Start" or "UnsafeStart" or "Interrupt",
            "System.Threading.Tasks.Task" or "System.Threading.Tasks.Task`1" => called.Name is "Wait" or "WaitAll" or "WaitAny" or "Delay" or "Run" or "Start" or "RunSynchronously" or "ContinueWith" or "WaitAsync",
            "System.Threading.Tasks.TaskFactory" => true,
            "System.Threading.ThreadPool" => called.Name.Contains("Queue", StringComparison.Ordinal) || called.Name.Contains("Register", StringComparison.Ordinal),
            "System.Threading.SemaphoreSlim" or "System.Threading.ManualResetEventSlim" or "System.Threading.CountdownEvent" or "System.Threading.Monitor" or "System.Threading.ReaderWriterLockSlim" =>
                called.Name.Contains("Wait", StringComparison.Ordinal) || called.Name.Contains("Enter", StringComparison.Ordinal),
            "System.Threading.SpinLock" => called.Name.Contains("Enter", StringComparison.Ordinal),
            "System.Threading.SpinWait" => called.Name == "SpinUntil",
            _ => false,
        };
    }
}
