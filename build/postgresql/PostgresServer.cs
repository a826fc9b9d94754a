using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Assay.PostgreSql;

/// <summary>A PostgreSQL server of its own: a temporary folder, a free port on loopback, gone when it is disposed. For tests and benchmarks.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly string _binaries;
    private readonly bool _isRoot = Environment.UserName == "root";

    private readonly bool _isDurable;

    private PostgresServer(string binaries, bool isDurable)
    {
        (_binaries, _isDurable) = (binaries, isDurable);
        _folder = Directory.CreateTempSubdirectory("assay-pg-");
        Port = FreePort();
        ConnectionString = $"Host=127.0.0.1;Port={Port};Username=postgres;Database=postgres;Maximum Pool Size=40;Timeout=5;Include Error Detail=true";
    }

    public int Port { get; }

    public string ConnectionString { get; }

    private string Data => Path.Combine(_folder.FullName, "data");

    /// <summary>Starts a server; null where PostgreSQL is not installed.</summary>
    /// <param name="isDurable">
    /// Whether commits wait for the disk. What a killed process has written the system still has: only the system's own end would lose it.
    /// </param>
    public static async Task<PostgresServer?> TryStartAsync(bool isDurable)
    {
        if (FindBinaries() is not { } binaries)
            return null;
        var server = new PostgresServer(binaries, isDurable);
        // The server refuses to run as root.
        if (server._isRoot)
            await server.RunAsync("chown", ["postgres", server._folder.FullName], asServer: false);
        await server.RunAsync("initdb", ["-D", server.Data, "-A", "trust", "-U", "postgres", "--no-sync"]);
        await server.UpAsync();
        return server;
    }

    public NpgsqlDataSource Connect() => NpgsqlDataSource.Create(ConnectionString);

    public Task UpAsync() =>
        RunAsync("pg_ctl", ["-D", Data, "-w", "-l", Path.Combine(_folder.FullName, "log"), "-o", $"-p {Port} -k {_folder.FullName} -h 127.0.0.1{(_isDurable ? "" : " -F")}", "start"]);

    /// <summary>Ends every process of the server at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        var postmaster = Process.GetProcessById(int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First()));
        postmaster.Kill(entireProcessTree: true);
        await postmaster.WaitForExitAsync();
        File.Delete(Path.Combine(Data, "postmaster.pid"));
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
            await RunAsync("pg_ctl", ["-D", Data, "-m", "immediate", "-w", "stop"]);
        _folder.Delete(recursive: true);
    }

    private static string? FindBinaries()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var usual = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(d => d, StringComparer.Ordinal).Select(d => Path.Combine(d, "bin"))
            : [];
        return usual.Concat(folders).FirstOrDefault(f => File.Exists(Path.Combine(f, "initdb")) && File.Exists(Path.Combine(f, "postgres")));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task RunAsync(string command, string[] arguments, bool asServer = true)
    {
        string[] line = asServer ? [Path.Combine(_binaries, command), .. arguments] : [command, .. arguments];
        if (asServer && _isRoot)
            line = ["runuser", "-u", "postgres", "--", .. line];
        // No redirection: the server would inherit the pipes and keep them open.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1 </dev/null", .. line]) { WorkingDirectory = _folder.FullName };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', line)} ended with {process.ExitCode}; its log: {Log()}");
    }

    private string Log() => File.Exists(Path.Combine(_folder.FullName, "log")) ? File.ReadAllText(Path.Combine(_folder.FullName, "log")) : "none";
}
