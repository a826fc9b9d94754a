using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Assay.Grading.Jail;

/// <summary>
/// The files a jail is made of, in a folder any user may read: the driver, the contracts, the system call filter. The candidate's assembly is not among them, it comes as a frame; so the folder
/// is the same for every submission, and its paths mean nothing.
/// </summary>
internal sealed class JailStage : IDisposable
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Enterable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private readonly string _folder;
    private readonly FileStream _held;

    /// <summary>Copies what a jail needs.</summary>
    /// <param name="program">The folder beside this assembly that holds the program to run inside.</param>
    /// <exception cref="JailUnavailableException">The folder is not there.</exception>
    public JailStage(string program)
    {
        var source = Path.Combine(AppContext.BaseDirectory, program);
        if (!Directory.Exists(source))
            throw new JailUnavailableException($"{source} is missing: build or install assay again");
        _folder = Leftovers.NewFolder(out _held);
        Permit(_folder, Enterable);
        Copy(source, DriverFolder);
        if (SeccompFilter.For(RuntimeInformation.ProcessArchitecture) is not { } filter)
            return;
        FilterFile = Path.Combine(_folder, "f");
        Place(FilterFile, filter);
    }

    /// <summary>The folder with the driver.</summary>
    public string DriverFolder => Path.Combine(_folder, "d");

    /// <summary>The compiled filter; null on a machine for which there is none.</summary>
    public string? FilterFile { get; }

    /// <summary>The folder of the runtime this process runs on: <c>dotnet</c> and the shared framework.</summary>
    public static string RuntimeRoot { get; } =
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>Writes a file of arguments separated by zero bytes, as <c>bwrap --args</c> reads them.</summary>
    public string WriteArguments(IEnumerable<string> arguments)
    {
        var path = Path.Combine(_folder, "a");
        Place(path, System.Text.Encoding.UTF8.GetBytes(string.Concat(arguments.Select(argument => argument + '\0'))));
        return path;
    }

    public void Dispose()
    {
        _held.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static void Place(string path, byte[] content)
    {
        File.WriteAllBytes(path, content);
        Permit(path, Readable);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        Permit(to, Enterable);
        foreach (var file in Directory.GetFiles(from))
            Place(Path.Combine(to, Path.GetFileName(file)), File.ReadAllBytes(file));
        foreach (var folder in Directory.GetDirectories(from))
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
    }

    private static void Permit(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }
}
