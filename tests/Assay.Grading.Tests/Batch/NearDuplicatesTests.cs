using Assay.Grading.Batch.Similarity;
using Assay.TestKit;
using Microsoft.CodeAnalysis.CSharp;

namespace Assay.Grading.Tests.Batch;

/// <summary>Copies are found in every disguise, and nobody who worked alone is accused.</summary>
public sealed class NearDuplicatesTests
{
    public static TheoryData<string, string, string> Copies =>
    [
        .. from sample in Samples.Of("rate-limiter") from disguise in Disguise.All.Keys select ("rate-limiter", sample.Submission.Name, disguise),
        .. from sample in Samples.Of("ledger") select ("ledger", sample.Submission.Name, "all of it"),
    ];

    [Theory]
    [MemberData(nameof(Copies))]
    public void A_copy_in_disguise_is_found(string exerciseId, string name, string disguise)
    {
        var exercise = Samples.Exercise(exerciseId);
        var original = Samples.Of(exerciseId).Single(sample => sample.Submission.Name == name);
        var copy = Samples.Ungraded("copy", Disguise.All[disguise](original.Files, exercise));
        AssertCompiles(copy);

        var pair = Assert.Single(NearDuplicates.Find([original, copy], exercise));

        Assert.InRange(pair.Share, 0.85, 1);
        Assert.All(pair.Places, place => Assert.True(place.First.Line <= place.First.EndLine && place.Second.Line <= place.Second.EndLine));
    }

    [Fact]
    public void Independent_solutions_are_not_alike()
    {
        var exercise = Samples.Exercise("rate-limiter");

        Assert.Empty(NearDuplicates.Find(Samples.Of("rate-limiter"), exercise));
    }

    [Fact]
    public void The_starter_is_nobodys_work()
    {
        var exercise = Samples.Exercise("rate-limiter");
        var starter = exercise.Starter.Select(file => new FileRecord(file.Path, file.Text)).ToArray();

        Assert.Empty(NearDuplicates.Find([Samples.Ungraded("one", starter), Samples.Ungraded("other", starter)], exercise));
    }

    [Theory]
    [InlineData("rate-limiter", "RateLimiter")]
    [InlineData("ledger", "Ledger")]
    public void Neither_is_the_contract(string id, string folder)
    {
        var exercise = Samples.Exercise(id);
        FileRecord[] given =
        [
            .. exercise.Starter.Select(file => new FileRecord(file.Path, file.Text)),
            .. Directory.GetFiles(Path.Combine(TestReferences.RepositoryRoot, "src", "Assay.Contracts", folder), "*.cs").Select(file => new FileRecord(Path.GetFileName(file), File.ReadAllText(file))),
        ];

        Assert.Empty(NearDuplicates.Find([Samples.Ungraded("one", given), Samples.Ungraded("other", given)], exercise));
    }

    [Fact]
    public void Padding_hides_no_copy_and_the_places_say_where_it_stands()
    {
        var exercise = Samples.Exercise("rate-limiter");
        var original = Samples.Of("rate-limiter").Single(sample => sample.Submission.Name == "locks");
        var other = Samples.Of("rate-limiter").Single(sample => sample.Submission.Name == "lock-free");
        var padded = Samples.Ungraded("padded", [.. original.Files.Select(file => file with { Path = "b/" + file.Path, Text = "\n\n\n" + file.Text }), .. other.Files]);

        var pair = NearDuplicates.Find([original, padded], exercise)[0];

        Assert.Equal(1, pair.ShareOfFirst);
        Assert.True(pair.ShareOfSecond < pair.ShareOfFirst);
        Assert.All(pair.Places, place => Assert.Equal((place.First.Line + 3, "b/" + place.First.Path, place.First.Member), (place.Second.Line, place.Second.Path, place.Second.Member)));
    }

    [Fact]
    public void What_the_compiler_must_not_see_is_not_compared()
    {
        var deep = new[] { new FileRecord("Deep.cs", $"class C {{ int X = {new string('(', 100_000)}1{new string(')', 100_000)}; }}") };

        Assert.Empty(NearDuplicates.Find([Samples.Ungraded("a", deep), Samples.Ungraded("b", deep)], Samples.Exercise("rate-limiter")));
    }

    [Fact]
    public void A_thousand_repetitions_end()
    {
        var text = new[] { new FileRecord("Table.cs", $"class C {{ void M() {{ {string.Concat(Enumerable.Repeat("x[0] = 0; ", 20_000))} }} }}") };

        Assert.Single(NearDuplicates.Find([Samples.Ungraded("a", text), Samples.Ungraded("b", text)], Samples.Exercise("rate-limiter")));
    }

    private static void AssertCompiles(GradeRecord copy) => Compiled.Compilation([.. copy.Files.Select(file => CSharpSyntaxTree.ParseText(file.Text))]);
}
