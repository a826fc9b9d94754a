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
    private static readonly string[] DriverFiles = ["Assay.Jail.dll", "Assay.Jail.runtimeconfig.json", "Assay.Contracts.dll"];

    private readonly string _folder = Directory.CreateTempSubdirectory("j").FullName;

    /// <summary>Copies what a jail needs.</summary>
    /// <exception cref="FileNotFoundException">The driver is not beside this assembly.</exception>
    public JailStage()
    {
        Directory.CreateDirectory(DriverFolder);
        Permit(_folder, Enterable);
        Permit(DriverFolder, Enterable);
        foreach (var file in DriverFiles)
        {
            var source = Path.Combine(AppContext.BaseDirectory, "jail", file);
            if (!File.Exists(source))
                throw new FileNotFoundException($"The sandbox driver is incomplete: {source} is missing; build or install assay again.", source);
            Place(Path.Combine(DriverFolder, file), File.ReadAllBytes(source));
        }

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

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Place(string path, byte[] content)
    {
        File.WriteAllBytes(path, content);
        Permit(path, Readable);
    }

    private static void Permit(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }
}
