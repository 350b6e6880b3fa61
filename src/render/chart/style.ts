// Colours as variables, so that one picture serves light and dark screens and paper. Reference and current differ in
// shape too (filled against outlined), as do series (dashes): nothing is told by colour alone.

const LIGHT = `--paper:#fff;--card:#fff;--ink:#18212f;--soft:#5b6676;--line:#dfe3e8;--grid:#edf0f3;--wash:#f5f7f9;
--ref:#94a0b1;--cur:#1d5fd1;--good:#12703a;--warn:#94560a;--bad:#b3261e;--heat:#1d5fd1;
--s1:#1d5fd1;--s2:#b4480f;--s3:#12703a;--s4:#7a3cb0;--s5:#8a6d00;--s6:#0f7285;`;
const DARK = `--paper:#10151c;--card:#171e27;--ink:#e4e9ef;--soft:#9aa6b5;--line:#2d3743;--grid:#232c37;--wash:#1c242e;
--ref:#718096;--cur:#7ab0ff;--good:#5fca8b;--warn:#e9b25c;--bad:#ff8d84;--heat:#2f6fd6;
--s1:#7ab0ff;--s2:#f0965a;--s3:#5fca8b;--s4:#c79cf2;--s5:#dcc04e;--s6:#5cc6d8;`;

export const THEMES = { light: LIGHT, dark: DARK };

export const COLOR_CSS = `:root{${LIGHT}color-scheme:light dark}
@media (prefers-color-scheme:dark){:root{${DARK}}}
@media print{:root{${LIGHT}color-scheme:light}}`;

export const CHART_CSS = `.chart{display:block;overflow:visible;width:100%;height:auto;max-width:420px;font:11px system-ui,sans-serif}
.chart text{fill:var(--ink)}.chart .tick{fill:var(--soft)}.chart .label{fill:var(--soft)}
.axis{stroke:var(--soft);stroke-width:1}.gridline{stroke:var(--grid);stroke-width:1}
.median{stroke:var(--card);stroke-width:2}
.guide{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 3;fill:none}
.limit{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:3 2}
.band{fill:var(--cur);fill-opacity:.16;stroke:none}.estimate-line{fill:none;stroke:var(--cur);stroke-width:1.5;stroke-dasharray:4 3}
.alert{fill:var(--bad);stroke:var(--card);stroke-width:1}
.ref-fill{fill:var(--ref);fill-opacity:.55}.cur-line{fill:none;stroke:var(--cur);stroke-width:2;stroke-linejoin:round}
.cur-fill{fill:var(--cur)}.over-fill{fill:var(--bad)}.rail{fill:var(--grid)}
.ref-stroke{stroke:var(--ref);stroke-width:2}.cur-stroke{stroke:var(--cur);stroke-width:2}
.series{fill:none;stroke-width:2;stroke-linejoin:round}
.s1{stroke:var(--s1)}.s2{stroke:var(--s2);stroke-dasharray:7 3}.s3{stroke:var(--s3);stroke-dasharray:2 2}
.s4{stroke:var(--s4);stroke-dasharray:9 3 2 3}.s5{stroke:var(--s5);stroke-dasharray:12 3}.s6{stroke:var(--s6);stroke-dasharray:4 4}
.single{fill:none;stroke:var(--ref);stroke-width:.7;stroke-opacity:.6}
.dot{fill:var(--cur)}.ring{fill:var(--card);stroke:var(--cur);stroke-width:2}
.range{stroke:var(--soft);stroke-width:1.5}.mark{font-weight:600}
.strip{display:block;width:100%;height:auto;min-width:90px;max-width:260px}`;

/** Rules with their colours as they are: not every reader of SVG knows variables. `more`: variables beside those of charts. */
export function inTheme(css: string, theme: keyof typeof THEMES, more = ''): string {
  return css.replace(/var\((--[a-z0-9]+)\)/g, (_, name: string) => {
    const value = new RegExp(`${name}:([^;]+);`).exec(THEMES[theme] + more)?.[1];
    if (value === undefined) throw new Error(`BUG: no colour ${name}`);
    return value;
  });
}

/** For a picture of its own, on paper. */
export const CHART_FILE_CSS = inTheme(`.paper{fill:var(--card)}\n${CHART_CSS}`, 'light');
