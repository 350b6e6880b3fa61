// How plots look, on a page and in a file of their own. Colours of series were chosen so that the nearest two of eight
// stay apart for eyes without red, green or blue cones; shapes of markers say the same again.
import { inTheme } from '../chart/style.ts';

/** Colours and markers; a ninth series takes the first colour with the next marker. */
export const COLORS = 8;

/** Of series, least alike first. */
export const SERIES_COLORS = {
  light: ['#1d5fd1', '#e0591b', '#4c9ea2', '#a52014', '#c777fd', '#100074', '#6f4b77', '#421201'],
  dark: ['#7ab0ff', '#f0965a', '#84fcf5', '#e61e0c', '#d6f567', '#a57fae', '#5c5aca', '#8f5872'],
};

type Theme = keyof typeof SERIES_COLORS;

function variables(theme: Theme): string {
  return SERIES_COLORS[theme].map((color, at) => `--p${at + 1}:${color};`).join('');
}

const SVG_CSS = [
  '.chart{font:11px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}',
  '.chart text{fill:var(--ink)}.chart .tick,.chart .label{fill:var(--soft)}',
  '.axis{stroke:var(--soft);stroke-width:1}.gridline{stroke:var(--grid);stroke-width:1}',
  '.guide{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 3;fill:none}',
  '.line{fill:none;stroke:currentColor;stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round}',
  '.line.pale{stroke-opacity:.28;stroke-width:1}',
  '.mark{fill:currentColor;stroke:var(--card);stroke-width:1}',
  '.dots .mark{fill-opacity:.65;stroke-width:.6;stroke-opacity:.6}',
  '.bar{fill:currentColor}',
  '.cell{fill:var(--heat)}.chart .on{fill:#fff}.cell-frame{fill:none;stroke:var(--ink);stroke-width:1.5}',
  ...Array.from({ length: COLORS }, (_, at) => `.p${at + 1}{color:var(--p${at + 1})}`),
].join('\n');

export const PLOTS_CSS = `:root{${variables('light')}}
@media (prefers-color-scheme:dark){:root{${variables('dark')}}}
@media print{:root{${variables('light')}}}
${SVG_CSS}
.plots{display:grid;gap:16px;margin-top:28px;grid-template-columns:repeat(auto-fill,minmax(min(100%,330px),1fr))}
.plots.few{grid-template-columns:repeat(auto-fit,minmax(min(100%,330px),480px))}
.plots .card{display:flex;flex-direction:column}.plots .chart{max-width:none}
.plots h3{font-size:15px;color:var(--ink)}.plots figcaption{margin-bottom:8px}
.stage{position:relative}.stage .chart{touch-action:pan-y}.stage .chart:focus-visible{outline:2px solid var(--cur);outline-offset:4px;border-radius:4px}
.values{margin-top:10px;font-size:12.5px}.values th,.values td{padding:3px 12px 3px 0;border:0}
.values th:first-child{font-weight:400;width:100%;overflow-wrap:anywhere}.values td,.values thead th+th{text-align:right;white-space:nowrap}
.values td:last-child,.values th:last-child{padding-right:0}.values thead th{border:0!important;font-size:11.5px;padding-bottom:0}
.values .key{margin-right:6px}
.notes{margin:8px 0 0;padding:0;list-style:none;font-size:12px;color:var(--soft)}.notes li+li{margin-top:2px}
.files{font-size:12px;color:var(--soft)}
.missing li{margin:4px 0}.missing{padding-left:20px;margin:8px 0}
.tip{position:absolute;z-index:2;pointer-events:none;background:var(--card);border:1px solid var(--line);border-radius:8px;box-shadow:0 4px 16px rgb(0 0 0/.16);padding:6px 10px;font-size:12px;line-height:1.5;min-width:96px;max-width:100%;font-variant-numeric:tabular-nums}
.tip[hidden]{display:none}.tip b{display:block;color:var(--soft);font-weight:500}
.tip div{display:flex;gap:12px;justify-content:space-between}.tip span{overflow-wrap:anywhere}
.tip span::before{content:"";display:inline-block;width:8px;height:8px;border-radius:4px;background:currentColor;margin-right:6px}
.tip span i{font-style:normal;color:var(--ink)}
@media (max-width:600px){.plots .card{padding:12px}}
.cross{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 2}.at{fill:currentColor;stroke:var(--card);stroke-width:1.5}`;

/** For an SVG file: dark where that is asked for. */
export const SVG_FILE_CSS = [
  inPlotTheme('light'),
  '@media (prefers-color-scheme:dark){',
  inPlotTheme('dark'),
  '}',
].join('\n');

function inPlotTheme(theme: Theme): string {
  return inTheme(`.paper{fill:var(--card)}\n${SVG_CSS}`, theme, variables(theme));
}
