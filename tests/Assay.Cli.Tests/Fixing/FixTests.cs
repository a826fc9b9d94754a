using System.Text;

namespace Assay.Cli.Tests.Fixing;

public sealed class FixTests : IDisposable
{
    private readonly Workshop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task A_committed_tree_is_fixed_and_the_report_says_what_was_done()
    {
        _shop.Write("PriceFeed.cs", Workshop.Flagged);
        _shop.Commit();

        var outcome = await _shop.RunAsync("scan", ".", "--rule", "ASSAY3003", "--fix");

        Assert.Equal(0, outcome.ExitCode);
        Assert.StartsWith("fixed 1 × ASSAY3003 StackTraceLost in PriceFeed.cs\nno findings in 1 file, ", outcome.Output, StringComparison.Ordinal);
        Assert.Empty(outcome.Error);
        Assert.Equal(Workshop.Flagged.Replace("throw ex;", "throw;", StringComparison.Ordinal), _shop.Read("PriceFeed.cs"));
    }

    [Fact]
    public async Task A_dirty_tree_is_refused_unless_forced()
    {
        _shop.Write("PriceFeed.cs", "");
        _shop.Commit();
        _shop.Write("PriceFeed.cs", Workshop.Flagged);

        var refused = await _shop.RunAsync("scan", ".", "--rule", "ASSAY3003", "--fix");
        Assert.Equal(2, refused.ExitCode);
        Assert.Equal("assay: the git tree has changes that are not committed (1 file): commit or stash them first, or give --force\n", refused.Error);
        Assert.Equal(Workshop.Flagged, _shop.Read("PriceFeed.cs"));

        Assert.Equal(0, (await _shop.RunAsync("scan", ".", "--rule", "ASSAY3003", "--fix", "--force")).ExitCode);
        Assert.Contains("throw;", _shop.Read("PriceFeed.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_git_does_not_know_makes_the_tree_dirty_and_build_output_does_not()
    {
        _shop.Write("PriceFeed.cs", Workshop.Flagged);
        _shop.Commit();
        _shop.Write("notes.txt", "");
        Assert.Equal(0, (await _shop.RunAsync("scan", ".", "--rule", "ASSAY3003", "--fix")).ExitCode);

        _shop.Git("commit", "--all", "--quiet", "--message", "Fixed");
        _shop.Write("New.cs", "class New { }");
        Assert.Equal(2, (await _shop.RunAsync("scan", ".", "--rule", "ASSAY3003", "--fix")).ExitCode);
    }

    [Fact]
    public async Task A_folder_without_git_is_fixed_with_a_note()
    {
        _shop.Write("PriceFeed.cs", Workshop.Flagged);

        var outcome = await _shop.RunAsync("scan", ".", "--rule", "ASSAY3003", "--fix");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("no git repository", outcome.Error, StringComparison.Ordinal);
    }

    public static TheoryData<string> Encodings() => ["utf-8", "utf-8 with mark", "utf-16", "latin-1"];

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Encoding_mark_and_line_ends_stay(string name)
    {
        Encoding encoding = name switch
        {
            "utf-8" => new UTF8Encoding(false),
            "utf-8 with mark" => new UTF8Encoding(true),
            "utf-16" => Encoding.Unicode,
            _ => Encoding.Latin1,
        };
        var before = "// Preis für Müller\n".ReplaceLineEndings("\r\n") + Workshop.Flagged.ReplaceLineEndings("\r\n");
        _shop.Write("PriceFeed.cs", [.. encoding.GetPreamble(), .. encoding.GetBytes(before)]);

        await _shop.RunAsync("scan", ".", "--rule", "ASSAY3003", "--fix");

        byte[] after = [.. encoding.GetPreamble(), .. encoding.GetBytes(before.Replace("throw ex;", "throw;", StringComparison.Ordinal))];
        Assert.Equal(after, File.ReadAllBytes(_shop.Path("PriceFeed.cs")));
    }

    [Fact]
    public async Task A_file_of_several_target_frameworks_is_fixed_once()
    {
        var old = "#if NETSTANDARD2_0\n" + Workshop.Flagged.Replace("PriceFeed", "Old", StringComparison.Ordinal) + "#endif\n";
        _shop.Project("Lib.csproj", "net10.0;netstandard2.0").Write("Feed.cs", Workshop.Flagged + old);

        var outcome = await _shop.RunAsync("scan", ".", "--rule", "ASSAY3003", "--fix");

        Assert.Contains("fixed 2 × ASSAY3003 StackTraceLost in Feed.cs", outcome.Output, StringComparison.Ordinal);
        Assert.Equal((Workshop.Flagged + old).Replace("throw ex;", "throw;", StringComparison.Ordinal), _shop.Read("Feed.cs"));
    }

    [Fact]
    public async Task Suppressed_excluded_and_known_findings_are_left_alone()
    {
        var quiet = "#pragma warning disable ASSAY3003\n" + Workshop.Flagged;
        var known = Workshop.Flagged.Replace("PriceFeed", "Known", StringComparison.Ordinal);
        var excluded = Workshop.Flagged.Replace("PriceFeed", "Excluded", StringComparison.Ordinal);
        _shop.Write("Known.cs", known);
        await _shop.RunAsync("scan", ".", "--baseline", "known.json", "--update-baseline");
        _shop.Write("Quiet.cs", quiet).Write("Excluded.cs", excluded).Write("New.cs", Workshop.Flagged.Replace("PriceFeed", "New", StringComparison.Ordinal));

        var outcome = await _shop.RunAsync("scan", ".", "--rule", "ASSAY3003", "--fix", "--baseline", "known.json", "--exclude", "Excluded.cs");

        Assert.StartsWith("fixed 1 × ASSAY3003 StackTraceLost in New.cs\nno new findings", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(known, _shop.Read("Known.cs"));
        Assert.Equal(quiet, _shop.Read("Quiet.cs"));
        Assert.Equal(excluded, _shop.Read("Excluded.cs"));
    }

    [Fact]
    public async Task Nothing_to_fix_changes_nothing()
    {
        _shop.Write("Clean.cs", "class Clean   {}");

        var outcome = await _shop.RunAsync("scan", ".", "--fix");

        Assert.StartsWith("nothing to fix\n", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("class Clean   {}", _shop.Read("Clean.cs"));
    }
}
