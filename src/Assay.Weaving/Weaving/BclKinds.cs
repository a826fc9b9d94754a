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
    [
        "get_Item", "Contains", "TryGet", "Peek", "TryPeek", "IndexOf", "LastIndexOf", "ToArray", "ToString", "GetEnumerator", "Find", "Exists", "BinarySearch", "get_First", "get_Last", "CopyTo",
        "get_Keys", "get_Values", "ForEach", "TrueForAll", "get_Min", "get_Max", "Is", "Overlaps", "SetEquals", "Equals", "GetRange", "Slice", "ConvertAll", "AsReadOnly", "GetViewBetween",
        "get_Chars", "get_Comparer", "get_UnorderedItems",
    ];

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

    // Whatever is done with values of these, it touches no state but theirs, and what it is given.
    private static readonly HashSet<string> Values =
    [
        "System.String", "System.Math", "System.Boolean", "System.Char", "System.SByte", "System.Byte", "System.Int16", "System.UInt16", "System.Int32", "System.UInt32", "System.Int64",
        "System.UInt64", "System.Single", "System.Double", "System.Decimal", "System.TimeSpan", "System.DateTime", "System.DateTimeOffset", "System.Nullable`1", "System.BitConverter",
    ];

    private static readonly HashSet<string> Locks = ["System.Threading.Monitor", "System.Threading.Lock", "System.Threading.Lock/Scope"];

    // Their state is their own, and nothing but they themselves shows it.
    private static readonly HashSet<string> Own =
    [
        "System.Collections.Concurrent.ConcurrentDictionary`2", "System.Collections.Concurrent.ConcurrentQueue`1", "System.Collections.Concurrent.ConcurrentStack`1",
        "System.Collections.Concurrent.ConcurrentBag`1",
    ];

    // As what collections are handed over to be read.
    private static readonly HashSet<string> Items =
    [
        "System.Collections.IEnumerable", "System.Collections.ICollection", "System.Collections.Generic.IEnumerable`1", "System.Collections.Generic.ICollection`1", "System.Collections.Generic.IList`1",
        "System.Collections.Generic.IReadOnlyCollection`1", "System.Collections.Generic.IReadOnlyList`1", "System.Collections.Generic.IDictionary`2",
        "System.Collections.Generic.IReadOnlyDictionary`2", "System.Collections.Generic.ISet`1", "System.Collections.Generic.IReadOnlySet`1",
    ];

    /// <summary>Whether a call reads the collection that it is given there; what only wraps one reads it when it is asked itself.</summary>
    public static bool ReadsItems(MethodReference called, ParameterDefinition parameter) =>
        (Items.Contains(parameter.ParameterType.GetElementType().FullName) || IsUnsafeCollection(parameter.ParameterType)) && !called.DeclaringType.Name.StartsWith("ReadOnly", StringComparison.Ordinal);

    public static bool IsUnsafeCollection(TypeReference type) => Unsafe.Contains(type.GetElementType().FullName);

    public static bool IsUnsafeCollection(Type type) => Unsafe.Contains((type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName ?? "");

    /// <summary>How a call uses a collection that is not safe for concurrent use; a count is an integer that is read.</summary>
    public static SiteKind UseOf(MethodReference called) => called.Name == "get_Count" || called.Name == "get_Length"
        ? SiteKind.Read
        : Array.Exists(Lookers, name => called.Name.StartsWith(name, StringComparison.Ordinal)) ? SiteKind.Look : SiteKind.Change;

    /// <summary>Whether the model of a type touches nothing but the object it is called on.</summary>
    public static bool IsLock(TypeReference type) => Locks.Contains(type.FullName);

    /// <summary>The kind of state that an object safe for concurrent use has: its own type's, or one that several types show.</summary>
    public static string StateOf(TypeReference type) => type.GetElementType().FullName switch
    {
        "System.Threading.Channels.ChannelReader`1" or "System.Threading.Channels.ChannelWriter`1" => "channel",
        "System.Threading.CancellationTokenSource" or "System.Threading.CancellationToken" => "cancellation",
        "System.Threading.Tasks.TaskCompletionSource" or "System.Threading.Tasks.TaskCompletionSource`1" => "completion",
        var name => name,
    };

    /// <summary>Whether a call touches no state that another thread could see, or has a place of its own that says so.</summary>
    public static bool IsClosed(MethodReference called, bool isNew)
    {
        var owner = called.DeclaringType.GetElementType();
        var isPlain = called.Parameters.All(parameter => parameter.ParameterType is { IsPrimitive: true } or { FullName: "System.String" or "System.TimeSpan" or "System.Decimal" });
        // Of any size, and then the line is wanted.
        if (called.Parameters.Any(parameter => parameter.ParameterType.FullName == "System.Int32") && (isNew || called.Name is "PadLeft" or "PadRight" or "Insert"))
            return false;
        if (isNew)
            return isPlain || called.Parameters is [{ ParameterType.FullName: "System.Object" }, { ParameterType.FullName: "System.IntPtr" }];
        return called.Name switch
        {
            // A constructor's call of its base.
            ".ctor" => owner.FullName is "System.Object" or "System.Attribute" || isPlain && owner.FullName == "System.Exception",
            "Invoke" => owner.Namespace == "System" && (owner.Name.StartsWith("Func`", StringComparison.Ordinal) || owner.Name.StartsWith("Action", StringComparison.Ordinal) || owner.Name.StartsWith("Predicate`", StringComparison.Ordinal)),
            "ThrowIfNull" or "ThrowIfNegative" or "ThrowIfNegativeOrZero" or "ThrowIfZero" or "GetTypeFromHandle" => true,
            "Combine" or "Remove" => owner.FullName == "System.Delegate",
            "get_HasValue" or "get_Value" or "GetValueOrDefault" => owner.FullName == "System.Nullable`1",
            _ => Own.Contains(owner.FullName) || isPlain && Values.Contains(owner.FullName),
        };
    }

    public static bool IsSafe(TypeReference type) => Safe.Contains(type.GetElementType().FullName);

    /// <summary>Whether a method may wait for something exploration has no hold on.</summary>
    public static bool MayWaitOutside(MethodReference called, bool typeHasModel)
    {
        var type = called.DeclaringType.GetElementType().FullName;
        if (BclOutside.Reaches(called))
            return true;
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
