using System.Globalization;

namespace Assay.Cli;

/// <summary>Numbers with the thing they count, as a person says them.</summary>
internal static class Counted
{
    public static string Of(int number, string thing) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {thing}{(number == 1 ? "" : "s")}");
}
