using Mono.Cecil;

namespace Assay.Weaving;

/// <summary>
/// What of the framework reaches beyond a run: files that outlive it, whatever completes on the pool or the network whenever it likes, and the process itself. It is
/// told when it is called, before anything happens, so that no verdict hangs on how fast a disk is.
/// </summary>
internal static class BclOutside
{
    // Their whole work is done elsewhere.
    private static readonly HashSet<string> Types =
    [
        "System.Net.Dns", "System.Net.HttpListener", "System.Net.WebClient", "System.Net.Mail.SmtpClient", "System.Net.NetworkInformation.Ping",
        "System.Net.Sockets.TcpClient", "System.Net.Sockets.TcpListener", "System.Net.Sockets.UdpClient", "System.Net.Sockets.NetworkStream", "System.Net.WebSockets.ClientWebSocket",
        "System.IO.FileStream", "System.IO.FileSystemWatcher", "System.IO.RandomAccess", "System.Progress`1", "System.ComponentModel.BackgroundWorker", "System.Timers.Timer",
        "System.Threading.Tasks.ConcurrentExclusiveSchedulerPair", "System.Linq.ParallelQuery`1",
    ];

    private static readonly string[] Namespaces = ["System.IO.Pipes", "System.IO.MemoryMappedFiles", "System.Threading.Tasks.Dataflow"];

    // Of these, what only looks.
    private static readonly Dictionary<string, string[]> Lookers = new(StringComparer.Ordinal)
    {
        ["System.IO.File"] = ["Exists", "ReadAllText", "ReadAllLines", "ReadAllBytes", "ReadLines", "GetAttributes", "GetCreationTime", "GetCreationTimeUtc", "GetLastWriteTime", "GetLastWriteTimeUtc"],
        ["System.IO.Directory"] = ["Exists", "GetFiles", "GetDirectories", "EnumerateFiles", "EnumerateDirectories", "GetCurrentDirectory", "GetParent"],
        ["System.IO.FileSystemInfo"] = [".ctor", "ToString", "Refresh"],
        ["System.IO.FileInfo"] = [".ctor", "ToString"],
        ["System.IO.DirectoryInfo"] = [".ctor", "ToString", "GetFiles", "GetDirectories", "EnumerateFiles", "EnumerateDirectories"],
    };

    private static readonly HashSet<string> Methods =
    [
        "System.Environment::Exit", "System.Environment::FailFast", "System.Environment::SetEnvironmentVariable", "System.IO.Path::GetTempFileName",
        "System.Console::Read", "System.Console::ReadLine", "System.Console::ReadKey", "System.Console::OpenStandardInput", "System.Console::SetOut", "System.Console::SetError",
        "System.Threading.SynchronizationContext::Post", "System.Threading.SynchronizationContext::Send", "System.Linq.ParallelEnumerable::AsParallel",
    ];

    public static bool Reaches(MethodReference called)
    {
        var owner = called.DeclaringType.GetElementType();
        if (Types.Contains(owner.FullName) || Array.IndexOf(Namespaces, owner.Namespace) >= 0)
            return called.Name is not ("Dispose" or "ToString");
        if (Lookers.TryGetValue(owner.FullName, out var lookers))
            return Array.IndexOf(lookers, called.Name) < 0 && !called.Name.StartsWith("get_", StringComparison.Ordinal);
        // Readers and writers of text, when they are given a path.
        if (owner.FullName is "System.IO.StreamReader" or "System.IO.StreamWriter" && called.Name == ".ctor")
            return called.Parameters[0].ParameterType.FullName == "System.String";
        return Methods.Contains($"{owner.FullName}::{called.Name}");
    }
}
