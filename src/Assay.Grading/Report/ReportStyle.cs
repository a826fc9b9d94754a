namespace Assay.Grading.Report;

/// <summary>The look of the HTML reports: two palettes, one column from 320 px up.</summary>
internal static class ReportStyle
{
    /// <summary>The style sheet.</summary>
    public const string Css = """
        :root { --ink: #1b2230; --soft: #566073; --paper: #ffffff; --raised: #f4f6fa; --rule: #d8dee8; --good: #17734a; --bad: #b3261e; --mid: #855600; --accent: #1f52b5; --call: #dfe8fb; --k: #8a2da6; --s: #9c3d0f; --n: #0a656d; --c: #566f49; --t: #1c6a5d; --m: #7a4b00; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6eaf2; --soft: #a3adbf; --paper: #11151c; --raised: #1a202a; --rule: #323b4a; --good: #5fcb91; --bad: #ff8d83; --mid: #e5b84a; --accent: #8fb8ff; --call: #24344f; --k: #d8a1f2; --s: #f2ad80; --n: #74d2da; --c: #9ab58c; --t: #7fd6c2; --m: #e8c98a; } }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: none; text-size-adjust: none; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
        main { max-width: 62rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
        h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; letter-spacing: -.01em; overflow-wrap: anywhere; }
        h2 { margin: 2.75rem 0 .75rem; padding-bottom: .35rem; font-size: 1.2rem; border-bottom: 1px solid var(--rule); }
        h3 { margin: 1.75rem 0 .5rem; font-size: 1rem; }
        p { margin: 0 0 .5rem; }
        small, footer, .exercise, .soft, figcaption { color: var(--soft); font-weight: normal; }
        small { font-size: .85em; }
        a { color: var(--accent); text-underline-offset: .15em; text-decoration-thickness: 1px; overflow-wrap: anywhere; }
        code { font-family: ui-monospace, monospace; font-size: .9em; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        .exercise { margin: 0 0 .1rem; font-size: .9rem; }
        .report { display: grid; grid-template-columns: 1fr auto; gap: 1rem 1.5rem; align-items: center; }
        .report .remark { grid-column: 1 / -1; }
        .facts { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; margin: .6rem 0 0; padding: 0; list-style: none; color: var(--soft); } .facts b { color: var(--ink); }
        .score { display: grid; place-items: center; width: 8rem; height: 8rem; margin: 0; border-radius: 50%; background: radial-gradient(closest-side, var(--paper) 83%, transparent 84%), conic-gradient(var(--good) var(--share, 0%), var(--rule) 0); text-align: center; line-height: 1.25; color: var(--soft); font-size: .9rem; }
        .score b { display: block; font-size: 1.9rem; line-height: 1.1; color: var(--ink); font-variant-numeric: tabular-nums; }
        .score.none { align-content: center; }
        .remark { margin: 0; padding: .7rem 1rem; background: var(--raised); border-left: 4px solid var(--mid); border-radius: 0 .4rem .4rem 0; overflow-wrap: anywhere; white-space: pre-wrap; }
        .criterion { display: grid; grid-template-columns: 9rem 1fr 6rem; gap: .75rem; align-items: center; padding: .35rem 0; }
        .points { text-align: right; font-variant-numeric: tabular-nums; }
        .bar { display: block; height: .6rem; border-radius: .3rem; background: var(--rule); overflow: hidden; }
        .bar i { display: block; height: 100%; background: var(--good); }
        .bar.small { height: .3rem; margin-top: .15rem; min-width: 4rem; }
        .lost { margin: 0 0 .8rem; padding: 0; list-style: none; }
        .lost li { display: grid; grid-template-columns: 9rem 1fr; gap: .75rem; padding: .15rem 0; } .lost span { overflow-wrap: anywhere; }
        .lost a, .advice .soft a { color: inherit; text-decoration-color: var(--accent); }
        .lost b { color: var(--bad); text-align: right; font-variant-numeric: tabular-nums; }
        .advice { margin: 0; padding: 0; list-style: none; }
        .advice li { display: grid; grid-template-columns: 4rem 1fr; gap: .75rem; padding: .6rem 0; border-top: 1px solid var(--rule); } .advice li:first-child { border-top: 0; } .advice p { margin: 0; overflow-wrap: anywhere; }
        .advice .soft { font-size: .9rem; }
        .cost { color: var(--bad); font-variant-numeric: tabular-nums; } .cost.free { color: var(--soft); }
        .stages { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: .6rem; margin: 0; padding: 0; list-style: none; counter-reset: stage; }
        .stages li { display: flex; flex-direction: column; padding: .6rem .8rem; background: var(--raised); border-radius: .4rem; border-top: 3px solid var(--mid); counter-increment: stage; } .stages .whole { border-color: var(--good); }
        .stages a { color: var(--ink); font-weight: 600; text-decoration: none; } .stages a:hover { text-decoration: underline; } .stages a::before { content: counter(stage) ". "; color: var(--soft); } .stages span { color: var(--soft); font-size: .9rem; }
        .checks { list-style: none; margin: 0; padding: 0; }
        .checks > li { display: grid; grid-template-columns: 4.5rem minmax(0, 1fr); gap: .5rem; padding: .45rem 0; border-top: 1px solid var(--rule); overflow-wrap: anywhere; } .checks > li > .cause { grid-column: 1 / -1; }
        .checks > li:target { background: var(--raised); }
        .word { font-weight: 600; }
        .passed .word { color: var(--good); } .failed .word { color: var(--bad); } .not-run .word { color: var(--mid); }
        .cause { margin: .4rem 0 .3rem; padding: .7rem .9rem; background: var(--raised); border-radius: .4rem; } .cause p:last-child { margin: 0; }
        .cause dl { display: grid; grid-template-columns: 5rem minmax(0, 1fr); margin: 0 0 .5rem; } .cause dd { margin: 0; font-family: ui-monospace, monospace; font-size: .9rem; overflow-wrap: anywhere; } .cause dt { color: var(--soft); } .cause .got { color: var(--bad); }
        .verdict { padding: .05rem .35rem; border: 1px solid var(--rule); border-radius: .25rem; }
        .help { padding-left: .8rem; border-left: 3px solid var(--accent); }
        .timeline { margin: .5rem 0; overflow-x: auto; font: .8rem/1.35 ui-monospace, monospace; }
        .race { margin: .75rem 0; } .race figcaption { margin-top: .3rem; font-size: .85rem; }
        .lanes { display: grid; grid-template-columns: max-content repeat(var(--columns), minmax(6.5rem, 1fr)); gap: .4rem 0; align-items: center; overflow-x: auto; padding-bottom: .3rem; font-size: .82rem; line-height: 1.35; }
        .lanes b { grid-column: 1; position: sticky; left: 0; padding: .4rem .8rem .4rem 0; background: var(--raised); font-weight: 600; color: var(--soft); z-index: 1; }
        .lanes > i { grid-column: 2 / -1; height: 2px; background: var(--rule); }
        .call { z-index: 0; margin: 0 .15rem; padding: .35rem .5rem; background: var(--call); border: 1px solid var(--accent); border-radius: .3rem; font-family: ui-monospace, monospace; overflow-wrap: anywhere; } .call em { font-style: normal; font-weight: 700; } .pending { border-style: dashed; border-right: 0; }
        .steps { font: .8rem/1.4 ui-monospace, monospace; width: max-content; min-width: 100%; } .steps th, .steps td { padding: .2rem .6rem; white-space: nowrap; } .steps td:not(:empty):not(:first-child):not(:last-child) { background: var(--call); } .program { margin: 0 0 .4rem; white-space: pre-wrap; overflow-wrap: anywhere; font: .85rem/1.45 ui-monospace, monospace; }
        summary { cursor: pointer; padding: .45rem 0; overflow-wrap: anywhere; } #code summary { font-family: ui-monospace, monospace; font-weight: 600; } #code summary small { font-family: system-ui, sans-serif; }
        .source { overflow-x: auto; padding: .6rem 0; background: var(--raised); border-radius: .4rem; font: .82rem/1.55 ui-monospace, monospace; }
        .rows { width: max-content; min-width: 100%; }
        .line { display: flex; white-space: pre; tab-size: 4; } .line code { font: inherit; } .no { flex: none; width: 3.5rem; padding-right: 1rem; text-align: right; color: var(--soft); user-select: none; }
        .hit { background: color-mix(in srgb, var(--mid) 14%, transparent); } .f { text-decoration: underline wavy var(--bad); text-decoration-skip-ink: none; text-underline-offset: .2em; }
        .line:target { outline: 2px solid var(--accent); outline-offset: -2px; }
        .note { position: sticky; left: 3.5rem; width: fit-content; max-width: min(52rem, calc(100vw - 7rem)); margin: .25rem .5rem .6rem 3.5rem; padding: .45rem .8rem; white-space: normal; font: .9rem/1.45 system-ui, sans-serif; border-left: 4px solid var(--mid); border-radius: 0 .3rem .3rem 0; background: var(--paper); overflow-wrap: anywhere; }
        .note.warning { border-color: var(--bad); }
        .k { color: var(--k); } .s { color: var(--s); } .n { color: var(--n); } .c, .d { color: var(--c); } .t { color: var(--t); } .m { color: var(--m); }
        .scroll { overflow-x: auto; }
        table { width: 100%; border-collapse: collapse; font-size: .95rem; }
        th, td { padding: .45rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); overflow-wrap: break-word; } th[scope=row] { font-weight: normal; }
        thead th { font-weight: 600; font-size: .85rem; color: var(--soft); vertical-align: bottom; overflow-wrap: normal; } thead button { padding: 0; border: 0; background: none; color: inherit; font: inherit; text-align: inherit; cursor: pointer; } thead button:hover { text-decoration: underline; }
        thead th[aria-sort=ascending] button::after { content: " ▲"; } thead th[aria-sort=descending] button::after { content: " ▼"; }
        .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } .lossy { color: var(--bad); }
        .badge { display: inline-block; padding: .05rem .5rem; border: 1px solid var(--rule); border-radius: 1rem; font-size: .82rem; white-space: nowrap; color: var(--soft); } .badge.graded { color: var(--good); } .badge.tampered { color: var(--bad); } .badge.notrun, .badge.hard, .badge.weak, .badge.easy, .badge.rejected, .badge.notcompiled { color: var(--mid); }
        .plot { display: block; width: 100%; max-width: 34rem; } .plot rect { fill: var(--accent); } .plot line { stroke: var(--rule); } .plot text { fill: var(--soft); font: 11px system-ui, sans-serif; text-anchor: middle; } .plot .count { fill: var(--ink); font-weight: 600; }
        .pair { border-top: 1px solid var(--rule); } .places { margin: 0 0 .8rem; padding-left: 1.2rem; }
        footer { margin-top: 3rem; padding-top: .8rem; border-top: 1px solid var(--rule); font-size: .8rem; overflow-wrap: anywhere; }
        @media (max-width: 44rem) { .wide { display: none; } }
        @media (max-width: 34rem) {
          main { padding-top: 1.25rem; } .score { width: 6.5rem; height: 6.5rem; font-size: .8rem; } .score b { font-size: 1.45rem; }
          .criterion { grid-template-columns: 1fr auto; gap: .25rem .75rem; } .criterion .bar { grid-column: 1 / -1; grid-row: 2; } .lost li, .advice li { grid-template-columns: 3.8rem minmax(0, 1fr); gap: .6rem; }
          th, td { padding: .4rem .3rem; } tbody th a { overflow-wrap: break-word; }
          .stacked, .stacked thead, .stacked tbody { display: block; } .stacked tr { display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; padding: .45rem 0; border-bottom: 1px solid var(--rule); } .stacked th, .stacked td { padding: 0; border: 0; } .stacked tbody th { flex: 1 0 100%; }
          .checks > li { grid-template-columns: minmax(0, 1fr); gap: 0; } .cause dl { grid-template-columns: minmax(0, 1fr); }
          .note { left: .5rem; margin-left: .5rem; max-width: calc(100vw - 3.5rem); } .no { width: 2.6rem; padding-right: .6rem; }
        }
        @media print { .source { overflow: visible; } .line { white-space: pre-wrap; } .rows { width: auto; } }
        """;
}
