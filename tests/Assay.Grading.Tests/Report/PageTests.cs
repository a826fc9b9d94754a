using Microsoft.Playwright;

namespace Assay.Grading.Tests.Report;

/// <summary>The pages as a browser shows them: at the width of a phone and of a desk, dark and light, with and without a script.</summary>
/// <param name="pages">Reports of graded samples.</param>
public sealed class PageTests(Pages pages) : IClassFixture<Pages>
{
    private static readonly string[] All = ["locks", "flawed-check-then-act", "flawed-wall-clock", "hostile-text", "forged-frames", "deep-nesting", "hides-from-analysis", "index"];

    // In a page: the places where text is too faint, as WCAG 2.1 counts contrast (https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio).
    private const string FaintText = """
        () => {
          for (const details of document.querySelectorAll('details')) details.open = true;
          const parse = text => {
            const numbers = text.match(/[\d.]+(e-?\d+)?/g).map(Number);
            const [r, g, b] = text.startsWith('color(') ? numbers.slice(0, 3).map(one => one * 255) : numbers;
            return { r, g, b, a: numbers.length > 3 ? numbers[3] : 1 };
          };
          const over = (top, bottom) => ({ r: top.r * top.a + bottom.r * (1 - top.a), g: top.g * top.a + bottom.g * (1 - top.a), b: top.b * top.a + bottom.b * (1 - top.a), a: 1 });
          const behind = element => {
            if (!element) return { r: 255, g: 255, b: 255, a: 1 };
            const own = parse(getComputedStyle(element).backgroundColor);
            return own.a === 1 ? own : over(own, behind(element.parentElement));
          };
          const channel = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
          const light = color => 0.2126 * channel(color.r) + 0.7152 * channel(color.g) + 0.0722 * channel(color.b);
          const faint = [];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const element = node.parentElement;
            if (!node.textContent.trim() || element.closest('script, title') || element.getClientRects().length === 0) continue;
            const style = getComputedStyle(element);
            const background = behind(element);
            const [a, b] = [light(over(parse(element.closest('svg') ? style.fill : style.color), background)), light(background)].sort((x, y) => y - x);
            if ((a + 0.05) / (b + 0.05) < 4.5) faint.push(`${element.tagName}.${element.className.baseVal ?? element.className}: ${node.textContent.trim().slice(0, 40)}`);
          }
          return faint;
        }
        """;

    public static TheoryData<string, ColorScheme, int> Looks =>
        [.. from page in All from scheme in new[] { ColorScheme.Light, ColorScheme.Dark } from width in new[] { 1000, 400 } select (page, scheme, width)];

    public static TheoryData<string> Names => [.. All];

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task It_loads_nothing_complains_of_nothing_fits_and_can_be_read(string name, ColorScheme scheme, int width)
    {
        var (page, seen) = await OpenAsync(name, new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 800 } });

        await ShootAsync(page, $"{name}-{scheme}-{width}");
        Assert.Equal([pages.AddressOf(name)], seen.Requests);
        Assert.Empty(seen.Complaints);
        Assert.Empty(await page.EvaluateAsync<string[]>(FaintText));
        Assert.Equal(width, await page.EvaluateAsync<int>("() => Math.max(document.documentElement.scrollWidth, window.innerWidth)"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Without_a_script_every_word_is_there(string name)
    {
        var (with, _) = await OpenAsync(name, new());
        var (without, _) = await OpenAsync(name, new() { JavaScriptEnabled = false });

        Assert.Equal(await with.InnerTextAsync("main"), await without.InnerTextAsync("main"));
        Assert.Equal(0, await without.Locator("button").CountAsync());
    }

    [Fact]
    public async Task A_report_shows_points_stages_findings_the_race_and_what_to_do_better()
    {
        var (page, _) = await OpenAsync("flawed-check-then-act", new());

        foreach (var section in new[] { "points", "stages", "better", "code", "stage-4" })
            Assert.True(await page.Locator($"#{section}").IsVisibleAsync(), section);
        Assert.True(await page.Locator(".criterion").CountAsync() >= 2);
        Assert.True(await page.Locator(".race .call").CountAsync() >= 2);
        Assert.True(await page.Locator(".race .steps tbody tr").CountAsync() >= 5);
        Assert.True(await page.Locator(".race .steps a[href^='#RateLimiter-cs-']").CountAsync() >= 2);
        Assert.True(await page.Locator(".line.hit").CountAsync() >= 1);
        Assert.True(await page.Locator(".note").First.IsVisibleAsync());
        foreach (var kind in new[] { "k", "t", "m", "n", "c" })
            Assert.True(await page.Locator($".line .{kind}").CountAsync() >= 1, kind);
        Assert.True(await page.Locator(".line .f").CountAsync() >= 1);
    }

    [Fact]
    public async Task Every_link_within_a_report_leads_somewhere()
    {
        foreach (var name in All)
        {
            var (page, _) = await OpenAsync(name, new());
            Assert.Empty(await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href')).filter(href => !document.getElementById(href.slice(1)))"));
        }
    }

    [Fact]
    public async Task Calls_that_overlapped_are_drawn_above_one_another()
    {
        var (page, _) = await OpenAsync("flawed-check-then-act", new());
        var check = pages.Grades["flawed-check-then-act"].Checks.First(check => check.Cause is { Race: null, Calls.Count: > 0 });
        var calls = check.Cause!.Calls;
        var (one, other) = (from first in calls from second in calls
            where first.Lane < second.Lane && first.Began < second.Ended && second.Began < first.Ended select (first, second)).First();

        var drawn = page.Locator($"#check-{check.Id} .call");
        var boxes = new List<LocatorBoundingBoxResult>();
        foreach (var call in new[] { one, other })
            boxes.Add((await drawn.Nth(calls.OrderBy(each => each.Lane).ThenBy(each => each.Began).ToList().IndexOf(call)).BoundingBoxAsync())!);

        Assert.True(boxes[0].X < boxes[1].X + boxes[1].Width && boxes[1].X < boxes[0].X + boxes[0].Width);
        Assert.True(boxes[0].Y + boxes[0].Height <= boxes[1].Y);
    }

    [Fact]
    public async Task The_index_sorts_by_a_click_and_the_other_way_by_a_second()
    {
        var (page, _) = await OpenAsync("index", new());
        var head = page.Locator("table").First.Locator("thead button");

        await head.Nth(0).ClickAsync();
        Assert.Equal(pages.Grades.Keys.Order(StringComparer.OrdinalIgnoreCase), await RowsAsync());
        await head.Nth(0).ClickAsync();
        Assert.Equal(pages.Grades.Keys.OrderDescending(StringComparer.OrdinalIgnoreCase), await RowsAsync());
        await head.Nth(1).ClickAsync();
        Assert.Equal(pages.Grades.Values.Max(grade => grade.Score), pages.Grades[(await RowsAsync())[0]].Score);
        await head.Nth(1).ClickAsync();
        Assert.Equal(0, pages.Grades[(await RowsAsync())[0]].Score);
        Assert.Equal("ascending", await page.Locator("table").First.Locator("th").Nth(1).GetAttributeAsync("aria-sort"));

        async Task<IReadOnlyList<string>> RowsAsync() => await page.Locator("table").First.Locator("tbody th").AllInnerTextsAsync();
    }

    [Fact]
    public async Task The_index_leads_to_the_reports_and_to_the_matching_lines()
    {
        var (page, _) = await OpenAsync("index", new());

        await page.Locator("summary", new() { HasText = "second-hand" }).First.ClickAsync();
        await page.Locator(".places a").First.ClickAsync();

        Assert.Contains(".html#", page.Url, StringComparison.Ordinal);
        Assert.True(await page.Locator(".line:target").IsVisibleAsync());
    }

    private async Task<(IPage Page, Seen Seen)> OpenAsync(string name, BrowserNewContextOptions options)
    {
        Assert.SkipWhen(Pages.Missing is not null, Pages.Missing ?? "");
        var context = await pages.Browser.NewContextAsync(options);
        var page = await context.NewPageAsync();
        var seen = new Seen();
        page.Request += (_, request) => seen.Requests.Add(request.Url);
        page.Console += (_, message) => seen.Complaints.Add(message.Text);
        page.PageError += (_, error) => seen.Complaints.Add(error);
        await page.GotoAsync(pages.AddressOf(name));
        seen.Requests.RemoveAll(url => url.StartsWith("data:", StringComparison.Ordinal));
        return (page, seen);
    }

    /// <summary>Keeps a picture where ASSAY_SCREENSHOTS names a folder, for people to look at.</summary>
    private static async Task ShootAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("ASSAY_SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }

    private sealed class Seen
    {
        public List<string> Requests { get; } = [];

        public List<string> Complaints { get; } = [];
    }
}
