namespace Assay.Grading.Report;

/// <summary>The look of the HTML reports: two palettes, one column from 320 px up.</summary>
internal static class ReportStyle
{
    /// <summary>The style sheet.</summary>
    public const string Css = """
        :root { --ink: #1d2330; --soft: #5b6475; --paper: #ffffff; --raised: #f4f6f9; --rule: #d9dee7; --good: #1a7f4b; --bad: #b3261e; --mid: #8a5a00; --accent: #2456b8; --k: #8b2fa8; --s: #a3400f; --n: #0b6b74; --c: #5f7a52; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e4e8f0; --soft: #9aa4b6; --paper: #12161d; --raised: #1b212b; --rule: #313a48; --good: #5fc98f; --bad: #ff8a80; --mid: #e3b341; --accent: #8ab4ff; --k: #d59bf0; --s: #f0a878; --n: #6fd0d8; --c: #93ad84; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
        h1 { margin: 0; font-size: 1.6rem; overflow-wrap: anywhere; }
        h2 { margin: 2.5rem 0 .75rem; font-size: 1.15rem; }
        small, footer, .exercise { color: var(--soft); font-weight: normal; }
        a { color: var(--accent); overflow-wrap: anywhere; }
        .exercise { margin: 0; }
        .score { margin: .25rem 0 0; font-size: 1.25rem; }
        .score b { font-size: 2.5rem; }
        .remark { padding: .75rem 1rem; background: var(--raised); border-left: 4px solid var(--mid); overflow-wrap: anywhere; }
        .criterion { display: grid; grid-template-columns: 9rem 1fr 6rem; gap: .75rem; align-items: center; padding: .3rem 0; }
        .points { text-align: right; font-variant-numeric: tabular-nums; }
        .bar { height: .6rem; border-radius: .3rem; background: var(--rule); overflow: hidden; }
        .bar i { display: block; height: 100%; background: var(--good); }
        .lost { margin: .1rem 0 .8rem; padding-left: 1.2rem; }
        .lost b { color: var(--bad); }
        .checks { list-style: none; margin: 0; padding: 0; }
        .checks > li { padding: .5rem 0; border-top: 1px solid var(--rule); overflow-wrap: anywhere; }
        .word { display: inline-block; min-width: 4.2rem; font-weight: 600; }
        .passed .word { color: var(--good); } .failed .word { color: var(--bad); } .not-run .word { color: var(--mid); }
        .cause { margin: .4rem 0 .3rem; padding: .6rem .9rem; background: var(--raised); border-radius: .4rem; }
        .cause p { margin: 0 0 .3rem; } .cause dl { display: grid; grid-template-columns: 5rem 1fr; margin: 0; } .cause dd { margin: 0; font-family: ui-monospace, monospace; font-size: .9rem; } .cause dt { color: var(--soft); }
        .timeline { margin: .5rem 0 0; overflow-x: auto; font: .8rem/1.35 ui-monospace, monospace; }
        .help { color: var(--accent); }
        summary { cursor: pointer; padding: .4rem 0; font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
        .source { overflow-x: auto; padding: .5rem 0; background: var(--raised); border-radius: .4rem; font: .82rem/1.5 ui-monospace, monospace; }
        .line { display: flex; white-space: pre; } .line code { font: inherit; } .no { flex: none; width: 3.5rem; padding-right: 1rem; text-align: right; color: var(--soft); user-select: none; }
        .hit { background: color-mix(in srgb, var(--mid) 18%, transparent); }
        .line:target { outline: 2px solid var(--accent); outline-offset: -2px; }
        .note { position: sticky; left: 0; max-width: min(58rem, 92vw); margin: .2rem .5rem .5rem 3.5rem; padding: .4rem .7rem; white-space: normal; font-family: system-ui, sans-serif; border-left: 4px solid var(--mid); background: var(--paper); overflow-wrap: anywhere; }
        .note.warning { border-color: var(--bad); }
        .k { color: var(--k); } .s { color: var(--s); } .n { color: var(--n); } .c, .d { color: var(--c); }
        footer { margin-top: 3rem; font-size: .8rem; overflow-wrap: anywhere; }
        @media (max-width: 34rem) { .criterion { grid-template-columns: 1fr auto; } .bar { grid-column: 1 / -1; grid-row: 2; } .note { margin-left: .5rem; } .no { width: 2.6rem; padding-right: .6rem; } }
        @media print { details { display: block; } .source { overflow: visible; } }
        """;
}
