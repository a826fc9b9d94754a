using Assay.Analyzers.Semantics.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Assay.Analyzers.Semantics.SharedState;

/// <summary>Whether a call keeps its thread, and so the lock it holds, for longer than the machine itself needs.</summary>
internal enum BlockingGrade
{
    None,

    /// <summary>Awaited work, for which a lock that lives over the await may have been made.</summary>
    Awaited,

    /// <summary>Work on files, which the lock may be there to serialise.</summary>
    File,

    /// <summary>A wait for a kept task, which may be over.</summary>
    Expected,

    /// <summary>A wait for another thread, for time to pass, for another process or for the network.</summary>
    Wait,
}

/// <summary>The one table of calls that wait.</summary>
internal sealed class BlockingWork(KnownTypes types)
{
    private readonly TaskWaits _waits = new(types);

    public BlockingGrade Of(IOperation operation)
    {
        if (_waits.Recognise(operation) is { } wait)
            return MayBeComplete(wait) || _waits.IsNeverRun(operation) || IsSynchronousHalf(wait) ? BlockingGrade.None : IsKept(wait) ? BlockingGrade.Expected : BlockingGrade.Wait;
        if (operation is not IInvocationOperation call || IsZero(call))
            return BlockingGrade.None;
        var method = call.TargetMethod;
        var space = method.ContainingNamespace?.ToDisplayString() ?? "";
        if (!space.StartsWith("System", StringComparison.Ordinal))
            return IsOfDatabase(method) ? Synchronous(call) : BlockingGrade.None;
        return method.ContainingType.Name switch
        {
            "Thread" => method.Name is "Sleep" or "Join" ? BlockingGrade.Wait : BlockingGrade.None,
            "WaitHandle" => method.Name is "WaitOne" or "WaitAll" or "WaitAny" && call.Instance?.Type?.Name is not ("Mutex" or "Semaphore") ? BlockingGrade.Wait : BlockingGrade.None,
            "ManualResetEventSlim" or "CountdownEvent" => method.Name == "Wait" ? BlockingGrade.Wait : BlockingGrade.None,
            "Barrier" => method.Name == "SignalAndWait" ? BlockingGrade.Wait : BlockingGrade.None,
            "BlockingCollection" => method.Name == "Take" ? BlockingGrade.Wait : BlockingGrade.None,
            "Task" => method.Name == "Delay" ? Synchronous(call) : BlockingGrade.None,
            "File" or "Directory" => !IsOnFiles(method) && !IsReadEachTime(call) ? BlockingGrade.None : Synchronous(call) == BlockingGrade.Wait ? BlockingGrade.File : Synchronous(call),
            "Process" => method.Name is "Start" or "WaitForExit" ? BlockingGrade.Wait : BlockingGrade.None,
            "HttpClient" or "Dns" or "Ping" or "SmtpClient" or "WebClient" or "HttpClientJsonExtensions" => IsRequest(method.Name) ? Synchronous(call) : BlockingGrade.None,
            "Socket" or "TcpClient" or "UdpClient" => method.Name is "Connect" or "Receive" or "Accept" ? Synchronous(call) : BlockingGrade.None,
            _ => IsOfDatabase(method) ? Synchronous(call) : BlockingGrade.None,
        };
    }

    // What is awaited holds no thread, but it does hold the lock; a task that is only started holds neither.
    private static BlockingGrade Synchronous(IInvocationOperation call)
    {
        if (call.DirectAwait() is { } await)
            return IsKept(await) ? BlockingGrade.None : BlockingGrade.Awaited;
        return call.TargetMethod.Name is "Delay" || call.TargetMethod.Name.EndsWith("Async", StringComparison.Ordinal) ? BlockingGrade.None : BlockingGrade.Wait;
    }

    // One asks for all: that is what the lock is for.
    private static bool IsKept(IAwaitOperation await)
    {
        IOperation child = await;
        while (child.Parent is IConversionOperation or IParenthesizedOperation or ICoalesceOperation)
            child = child.Parent;
        return child.Parent is IAssignmentOperation { Target: IMemberReferenceOperation or IArrayElementReferenceOperation };
    }

    // A file that is read for one caller; what the type keeps is read once for all.
    private static bool IsReadEachTime(IInvocationOperation call) =>
        call.TargetMethod.Name.StartsWith("ReadAll", StringComparison.Ordinal) && call.Parent is IReturnOperation { Kind: OperationKind.Return };

    // What takes time by itself: changes of whole files, and all that a folder holds.
    private static bool IsOnFiles(IMethodSymbol method)
    {
        if (!method.ContainingNamespace.Name.Equals("IO", StringComparison.Ordinal))
            return false;
        foreach (var verb in new[] { "Write", "Append", "Copy", "Move", "Replace", "Delete", "GetFiles", "GetDirectories", "GetFileSystemEntries" })
        {
            if (method.Name.StartsWith(verb, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    private static bool IsRequest(string method)
    {
        foreach (var verb in new[] { "Get", "Post", "Put", "Delete", "Patch", "Send", "Download", "Upload" })
        {
            if (method.StartsWith(verb, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    private static bool IsOfDatabase(IMethodSymbol method)
    {
        if (method.Name is not ("ExecuteReader" or "ExecuteNonQuery" or "ExecuteScalar" or "SaveChanges" or "Open" or "ExecuteReaderAsync" or "ExecuteNonQueryAsync" or "ExecuteScalarAsync" or "SaveChangesAsync" or "OpenAsync"))
            return false;
        for (var type = method.ContainingType; type is not null; type = type.BaseType)
        {
            if (type.Name is "DbCommand" or "DbConnection" or "DbContext" or "IDbCommand" or "IDbConnection")
                return true;
        }
        return false;
    }

    // The code asks first, or knows the task to be over.
    private static bool MayBeComplete(TaskWait wait)
    {
        if (wait.AwaitedName is not { } name)
            return false;
        foreach (var operation in wait.Operation.Root().Descendants())
        {
            if (operation is IPropertyReferenceOperation { Property.Name: "IsCompleted" or "IsCompletedSuccessfully" or "Status" or "IsFaulted" })
                return true;
            if (operation is IAwaitOperation && operation.Syntax.ToString().Contains(name) && operation.Syntax.SpanStart < wait.Operation.Syntax.SpanStart)
                return true;
        }
        return wait.Awaited.Bare() is IInvocationOperation { TargetMethod.Name: "FromResult" } || IsContinued(wait.Operation);
    }

    private static bool IsKept(TaskWait wait) => wait.Awaited.Bare() switch
    {
        IFieldReferenceOperation or IPropertyReferenceOperation or IParameterReferenceOperation => true,
        ILocalReferenceOperation local => LocalWrites.OnlyValue(local)?.Bare() is not IInvocationOperation,
        _ => false,
    };

    // Code for both worlds, `ReadAsync(async: false)` and `ReadAsync<SyncAdapter>()`, ends before it returns.
    private static bool IsSynchronousHalf(TaskWait wait)
    {
        if (wait.Awaited.Bare() is not IInvocationOperation call)
            return false;
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { Type.SpecialType: SpecialType.System_Boolean, Name: var name } && name.IndexOf("async", StringComparison.OrdinalIgnoreCase) >= 0 && argument.Value.ConstantValue is { HasValue: true, Value: false })
                return true;
        }
        foreach (var type in call.TargetMethod.TypeArguments)
        {
            if (type.Name.StartsWith("Sync", StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    // In a continuation, and in the answer of WhenAny, the task is over.
    private static bool IsContinued(IOperation operation)
    {
        for (var around = operation.Parent; around is not null; around = around.Parent)
        {
            if (around is IInvocationOperation { TargetMethod.Name: "ContinueWith" })
                return true;
        }
        return false;
    }

    private static bool IsZero(IInvocationOperation call)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Value.Bare() is { ConstantValue: { HasValue: true, Value: 0 } } or IFieldReferenceOperation { Field: { Name: "Zero", ContainingType.Name: "TimeSpan" } })
                return true;
        }
        return false;
    }
}
