using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Assay.Grading.Report;

/// <summary>The frame of every page: one file, nothing loaded from anywhere, no script but the one whose hash the policy names.</summary>
internal static class HtmlPage
{
    /// <summary>A whole page.</summary>
    /// <param name="title">As text.</param>
    /// <param name="main">What it shows, as markup.</param>
    /// <param name="script">What a page may do beyond being read; null for nothing.</param>
    public static string Of(string title, string main, string? script = null)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'{ScriptPolicy(script)}">
            <link rel="icon" href="data:,">
            <title>{ReportText.Markup(title)}</title>
            <style>
            {ReportStyle.Css}
            </style>
            </head>
            <body>
            <main>

            """);
        text.Append(main).Append("</main>\n");
        if (script is not null)
            text.Append("<script>").Append(script).Append("</script>\n");
        return text.Append("</body>\n</html>\n").ToString().ReplaceLineEndings("\n");
    }

    private static string ScriptPolicy(string? script) =>
        script is null ? "" : $"; script-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script.ReplaceLineEndings("\n"))))}'";
}
