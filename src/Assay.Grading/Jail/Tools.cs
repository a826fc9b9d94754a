namespace Assay.Grading.Jail;

/// <summary>The system programs a jail is started with, by full path: nothing is looked up in a path variable.</summary>
internal static class Tools
{
    private static readonly string[] Folders = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"];

    /// <summary>bubblewrap, which makes the namespaces.</summary>
    public static string? Bubblewrap { get; } = Find("bwrap");

    /// <summary>Drops to another user before anything else runs.</summary>
    public static string? SetPriv { get; } = Find("setpriv");

    /// <summary>Sets resource limits.</summary>
    public static string? PrLimit { get; } = Find("prlimit");

    /// <summary>The shell that joins the control group and becomes the jail.</summary>
    public static string? Shell { get; } = Find("sh");

    private static string? Find(string name) => Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
