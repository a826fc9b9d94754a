using Microsoft.CodeAnalysis;

namespace Assay.Analyzers.Tests;

public sealed class CompilerVersionTests
{
    [Fact]
    public void These_tests_run_on_the_oldest_supported_compiler() =>
        Assert.Equal(new Version(4, 14), typeof(Compilation).Assembly.GetName().Version is { } v ? new Version(v.Major, v.Minor) : null);
}
