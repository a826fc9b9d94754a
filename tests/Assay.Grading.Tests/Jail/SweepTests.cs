using System.Runtime.InteropServices;
using Assay.Grading.Jail;
using Assay.TestKit;

namespace Assay.Grading.Tests.Jail;

/// <summary>Which folders are taken for a killed grader's: nobody may make a sweep remove anything else.</summary>
public sealed class SweepTests : IDisposable
{
    private readonly TemporaryFolder _root = new();
    private readonly TemporaryFolder _elsewhere = new();

    public SweepTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "leftovers are told by their owner on Linux alone");

    public void Dispose()
    {
        _root.Dispose();
        _elsewhere.Dispose();
    }

    [Fact]
    public void A_folder_whose_lock_is_free_goes_with_all_that_is_in_it()
    {
        Left("jaaaaaa");

        Sweep();

        Assert.Empty(Directory.GetFileSystemEntries(_root.Path));
    }

    [Fact]
    public void A_folder_whose_grader_lives_stays()
    {
        using var held = new FileStream(Left("jaaaaaa"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        Sweep();

        Assert.True(File.Exists(_root.PathOf("jaaaaaa", "d", "x.dll")));
    }

    [Fact]
    public void A_folder_that_may_be_in_the_making_stays()
    {
        Left("jaaaaaa");

        Sweep(TimeSpan.FromSeconds(50));

        Assert.True(File.Exists(_root.PathOf("jaaaaaa", "d", "x.dll")));
    }

    [Theory]
    [InlineData("another's", "jaaaaaa/l")]
    [InlineData("", "jaaaaaa/l")]
    [InlineData("assay 1", "jaaaaaa/other")]
    [InlineData("assay 1", "jaaaaaaa/l")]
    [InlineData("assay 1", "kaaaaaa/l")]
    public void A_folder_that_is_not_a_jails_stays(string text, string file)
    {
        _root.Write(file, text);

        Sweep();

        Assert.True(File.Exists(_root.PathOf(file)));
    }

    [Fact]
    public void A_link_is_not_followed_wherever_it_is()
    {
        var kept = _elsewhere.Write("l", "assay 1");
        Directory.CreateSymbolicLink(_root.PathOf("jaaaaaa"), _elsewhere.Path);
        Directory.CreateDirectory(_root.PathOf("jbbbbbb"));
        File.CreateSymbolicLink(_root.PathOf("jbbbbbb", "l"), kept);
        Left("jcccccc");
        Directory.CreateSymbolicLink(_root.PathOf("jcccccc", "inside"), _elsewhere.Path);
        Directory.CreateSymbolicLink(_root.PathOf("jcccccc", "d", "deeper"), _elsewhere.Path);

        Sweep();

        Assert.True(File.Exists(kept));
        Assert.True(Directory.Exists(_root.PathOf("jbbbbbb")));
        Assert.False(Directory.Exists(_root.PathOf("jcccccc")));
    }

    [Fact]
    public void Another_users_folder_stays()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can give a folder away");
        Left("jaaaaaa");
        Assert.Equal(0, chown(_root.PathOf("jaaaaaa"), 60_000, 60_000));

        Sweep();

        Assert.True(File.Exists(_root.PathOf("jaaaaaa", "d", "x.dll")));
    }

    /// <summary>A folder as a killed grader leaves it.</summary>
    /// <returns>Its lock.</returns>
    private string Left(string name)
    {
        _root.Write(name + "/d/x.dll", "");
        return _root.Write(name + "/l", "assay 1");
    }

    private void Sweep(TimeSpan? later = null) => Leftovers.SweepFolders(_root.Path, new Later(later ?? TimeSpan.FromMinutes(2)));

    [DllImport("libc")]
    private static extern int chown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);

    private sealed class Later(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
