using Assay.Contracts;
using Assay.Exercises;
using Assay.Grading.Jail;
using Assay.Jail.Protocol;

namespace Assay.Grading.Tests.Jail;

/// <summary>What a check would stumble over is the candidate's answer, and not our fault.</summary>
public sealed class ReceivedTests
{
    [Fact]
    public void A_list_with_a_hole_fails_the_check()
    {
        var failed = Assert.Throws<CheckFailedException>(() => Answered(new LedgerEntry("k", 1, 1), null));

        Assert.Equal("2 items, one of them null", failed.Actual);
    }

    [Fact]
    public void A_list_without_one_is_answered() => Assert.Equal(new LedgerEntry("k", 1, 1), Assert.Single(Assert.IsType<LedgerEntry[]>(Answered(new LedgerEntry("k", 1, 1)))));

    private static object? Answered(params LedgerEntry?[] entries)
    {
        var body = new MemoryStream();
        Wire.Write(new BinaryWriter(body), typeof(IReadOnlyList<LedgerEntry>), entries);
        body.Position = 0;
        return Received.Answer(new BinaryReader(body), typeof(IReadOnlyList<LedgerEntry>));
    }
}
