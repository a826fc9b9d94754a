using Assay.Grading.Intake;

namespace Assay.Grading.Tests.Intake;

/// <summary>What lies where a submission should be, and is none.</summary>
public sealed class SubmissionReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_that_is_a_link_to_somebody_elses_is_refused()
    {
        Directory.CreateDirectory(In("alice"));
        File.WriteAllText(In("alice/Limiter.cs"), "class Limiter;");
        Directory.CreateSymbolicLink(In("eve"), In("alice"));

        Assert.Single(SubmissionReader.Read(In("alice"), new IntakeLimits()).Files);
        Assert.Equal("eve is a link; hand in the files themselves", Refusal("eve"));
    }

    [Fact]
    public void A_file_that_is_a_link_is_refused()
    {
        File.WriteAllText(In("secret.txt"), "");
        File.CreateSymbolicLink(In("eve.cs"), In("secret.txt"));

        Assert.Equal("eve.cs is a link; hand in the files themselves", Refusal("eve.cs"));
    }

    [Fact]
    public void Another_kind_of_file_is_named_as_such()
    {
        File.WriteAllText(In("README.md"), "Read me");

        Assert.Equal("README.md is neither a .cs file nor an archive (.zip, .tar, .tar.gz, .tgz)", Refusal("README.md"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Text_in_UTF16_that_says_so_is_read(bool isBigEndian)
    {
        var encoding = new System.Text.UnicodeEncoding(isBigEndian, byteOrderMark: true);
        File.WriteAllText(In("Größe.cs"), "class Größe;", encoding);

        Assert.Equal("class Größe;", Assert.Single(SubmissionReader.Read(In("Größe.cs"), new IntakeLimits()).Files).Text);
        File.WriteAllBytes(In("Torn.cs"), [.. encoding.GetPreamble(), .. isBigEndian ? new byte[] { 0xD8, 0 } : [0, 0xD8]]);
        Assert.Contains("is not UTF-8 text, nor UTF-16", Refusal("Torn.cs"), StringComparison.Ordinal);
    }

    private string Refusal(string name) => Assert.Throws<RejectedException>(() => SubmissionReader.Read(In(name), new IntakeLimits())).Message;

    private string In(string name) => Path.Combine(_folder, name);
}
