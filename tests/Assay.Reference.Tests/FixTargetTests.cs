using System.Reflection;
using Assay.CodeFixes.Rewriting;
using Assay.Reference.RateLimiting;

namespace Assay.Reference.Tests;

/// <summary>What fixes write exists.</summary>
public sealed class FixTargetTests
{
    public static TheoryData<string> Types => [.. ReferenceTarget.All.Select(target => target.Type)];

    [Theory, MemberData(nameof(Types))]
    public void Every_type_and_member_that_a_fix_writes_is_public_in_the_library(string name)
    {
        var target = ReferenceTarget.All.Single(one => one.Type == name);
        var type = typeof(PermitLimit).Assembly.GetType(name);
        Assert.True(type is { IsPublic: true }, name);
        Assert.NotEmpty(target.Members);
        foreach (var member in target.Members)
            Assert.True(type.GetMember(member, BindingFlags.Public | BindingFlags.Instance | BindingFlags.FlattenHierarchy) is not [], $"{name}.{member}");
    }

    [Fact]
    public void Every_target_is_listed() => Assert.Equal(
        typeof(ReferenceTarget).GetFields(BindingFlags.Public | BindingFlags.Static).Count(field => field.FieldType == typeof(ReferenceTarget)),
        ReferenceTarget.All.Distinct().Count());
}
