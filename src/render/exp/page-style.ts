// What the page of experiments has beside the style of every page. The ramp runs from worst to best: pale to strong.
const RAMP_LIGHT = '--low:#ccd3dc;--mid:#5b93e6;--high:#0a3fa6;--faint:#e9edf1';
const RAMP_DARK = '--low:#3a4553;--mid:#4b86d8;--high:#b5d6ff;--faint:#1d2631';

export const EXPERIMENTS_CSS = `:root{${RAMP_LIGHT}}
@media (prefers-color-scheme:dark){:root{${RAMP_DARK}}}
@media print{:root{${RAMP_LIGHT}}}
header,main{max-width:1680px}
header{padding-top:28px}.lead{margin-bottom:0}
body:not(.live) .scripted{display:none}
.part{display:flex;flex-wrap:wrap;align-items:baseline;gap:2px 14px;margin:32px 0 10px}.part h2,.part p{margin:0}.part p{font-size:13px}
.toolbar{position:sticky;top:0;z-index:3;display:flex;flex-wrap:wrap;align-items:center;gap:8px 18px;margin:18px -24px 0;padding:10px 24px;
background:var(--paper);border-bottom:1px solid var(--line)}
.toolbar label,.choices label{display:flex;align-items:center;gap:8px;font-size:13px;color:var(--soft);min-width:0}
.toolbar .filter{flex:1 1 320px}
input,select,button{font:inherit;font-size:14px;color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:7px;padding:5px 10px;min-height:34px;min-width:0}
input{flex:1 1 auto;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px}
input::placeholder{color:var(--soft);opacity:.75}
input[aria-invalid=true]{border-color:var(--bad)}
select{max-width:220px}
button{cursor:pointer}button:disabled{opacity:.45;cursor:default}
button:hover:not(:disabled),select:hover{border-color:var(--soft)}
:focus-visible{outline:2px solid var(--cur);outline-offset:1px}
output{font-size:13px;color:var(--soft);font-variant-numeric:tabular-nums;white-space:nowrap}output b{color:var(--ink)}
#filter-problem{flex:1 0 100%;max-width:none;margin:0;color:var(--bad);font-size:13px;white-space:pre-wrap}#filter-problem:empty{display:none}
#filter-problem code{display:block;white-space:pre;overflow-x:auto}
.ramp{display:flex;align-items:center;flex-wrap:wrap;gap:4px 8px;font-size:12px;color:var(--soft);font-variant-numeric:tabular-nums}
.ramp i{width:88px;height:9px;border-radius:5px;background:linear-gradient(90deg,var(--low),var(--mid) 70%,var(--high))}
.ramp i.reversed{background:linear-gradient(270deg,var(--low),var(--mid) 70%,var(--high))}
.ramp span.key{display:inline-flex;align-items:center;gap:5px;margin:0}.ramp span.key::before{content:"";width:9px;height:9px;border-radius:50%;background:var(--of)}
.plot{position:relative;background:var(--card);border:1px solid var(--line);border-radius:10px}
.plot.scroll{margin:0;padding:0}
.plot .field{position:relative;overflow:hidden}
.plot canvas{position:absolute;inset:0;width:100%;height:100%}
.plot svg{position:absolute;inset:0;width:100%;height:100%;font:11px system-ui,sans-serif;font-variant-numeric:tabular-nums}
.plot svg text{fill:var(--soft)}.plot svg text.title{fill:var(--ink);font-size:12px;font-weight:600}
.plot svg text.halo{fill:var(--ink);paint-order:stroke;stroke:var(--card);stroke-width:3px;stroke-linejoin:round}
.plot .rail-line{stroke:var(--soft);stroke-width:1}
.plot .grab{fill:transparent;cursor:ns-resize;touch-action:pan-x}
.plot .range{fill:var(--cur);fill-opacity:.16;stroke:var(--cur);stroke-width:1;pointer-events:none}
.plot .handle{cursor:ns-resize;touch-action:none}.plot .handle rect{fill:var(--card);stroke:var(--soft)}
.plot .handle.set rect{fill:var(--cur);stroke:var(--cur)}
.plot .handle:focus{outline:none}.plot .handle:focus-visible rect{stroke:var(--cur);stroke-width:3}
.tip{position:fixed;z-index:5;pointer-events:none;max-width:280px;padding:7px 10px;background:var(--ink);color:var(--paper);border-radius:7px;font-size:12.5px;line-height:1.4;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.tip b{display:block}.tip[hidden]{display:none}
.two{display:grid;gap:0 28px;grid-template-columns:minmax(0,1.7fr) minmax(0,1fr)}
.two .card{min-height:120px}
.choices{display:flex;flex-wrap:wrap;gap:8px 18px;margin-bottom:10px}
.chosen-head{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 10px}.chosen-head h3{font-size:17px;margin:0}
.chosen-values{columns:2 200px;column-gap:28px;margin:10px 0 0}
.chosen-values div{display:flex;justify-content:space-between;gap:12px;break-inside:avoid;padding:3px 0;border-bottom:1px solid var(--grid);font-size:13.5px}
.chosen-values dt{color:var(--soft);overflow-wrap:anywhere;min-width:0}.chosen-values dd{margin:0;text-align:right;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.copy{display:flex;gap:10px;align-items:center;margin-top:12px;padding:7px 10px;border-radius:7px;background:var(--wash)}.copy code{flex:1}
.sheet{position:relative;max-height:min(78vh,900px);overflow:auto;border:1px solid var(--line);border-radius:10px;background:var(--card)}
.sheet table{border-collapse:separate;border-spacing:0;font-size:13.5px;width:100%}
.sheet th,.sheet td{padding:6px 12px;border-bottom:1px solid var(--grid);white-space:nowrap;max-width:280px;overflow:hidden;text-overflow:ellipsis}
.sheet tr:last-child>td,.sheet tr:last-child>th{border-bottom:0}
.sheet thead th{position:sticky;top:0;z-index:2;background:var(--wash);color:var(--soft);border-bottom:1px solid var(--line);padding:0}
body:not(.live) .sheet thead th{padding:8px 12px}
.sheet thead th.num button{flex-direction:row-reverse}
.sheet thead button{display:flex;gap:4px;align-items:center;width:100%;padding:8px 12px;border:0;border-radius:0;background:none;color:inherit;font-size:12.5px;font-weight:600;white-space:nowrap}
.sheet thead button::after{content:"";width:.8em;text-align:center;color:var(--cur)}
.sheet thead button:hover{color:var(--ink)}
.sheet thead button:focus-visible{outline-offset:-2px}
.sheet th[aria-sort=ascending] button::after{content:"↑"}.sheet th[aria-sort=descending] button::after{content:"↓"}
.sheet th[aria-sort=ascending] button,.sheet th[aria-sort=descending] button{color:var(--ink)}
.sheet th[data-kind=metric]{color:var(--ink)}
.sheet tbody th,.sheet thead th:first-child{position:sticky;left:0;z-index:1;background:var(--card)}
.sheet thead th:first-child{z-index:3;background:var(--wash)}
.sheet tbody th{font-weight:500;border-right:1px solid var(--grid)}
.sheet tbody th small{color:var(--soft)}
.sheet tr.baseline th,.sheet tr.workspace th{font-weight:700}
.sheet tr.gate td.state,.sheet tr.failed td.state,.sheet tr.killed td.state{color:var(--bad)}
.sheet tbody th button{padding:0;border:0;min-height:0;background:none;font:inherit;color:inherit;text-align:left;border-radius:3px}
.sheet tbody tr{cursor:default}.live .sheet tbody tr{cursor:pointer}
.sheet tbody tr:hover>*,.sheet tbody tr.hover>*{background:var(--wash)}
.sheet tbody tr[aria-selected=true]>*{background:color-mix(in srgb,var(--cur) 16%,var(--card))}
.sheet td.num,.live .sheet thead th.num button{padding-right:20px}
.sheet td.best{position:relative;font-weight:700;color:var(--good)}.sheet td.best::after{content:"←";position:absolute;right:4px;font-weight:400}
.sheet .more td{padding:6px;text-align:center}.sheet .none td{padding:28px;text-align:center;color:var(--soft)}
@media (max-width:900px){.two{grid-template-columns:minmax(0,1fr)}}
@media (max-width:600px){.toolbar{position:static;margin:14px -16px 0;padding:8px 16px;gap:8px 12px}.toolbar .filter,.toolbar .color{flex:1 1 100%}.toolbar .filter span,.toolbar .color span{min-width:46px}
.toolbar .color select{flex:1;max-width:none}.ramp{flex:1 1 100%}.ramp i{flex:0 1 160px}.toolbar output{flex:1}.toolbar button{min-height:30px;padding:2px 10px}.part{margin-top:26px}.sheet th,.sheet td{padding:6px 9px}.sheet thead button{padding:8px 9px}
.sheet tbody th,.sheet thead th:first-child{max-width:132px}.choices label{flex:1 1 130px}.choices select{flex:1}}
@media print{.toolbar,.scripted{display:none!important}.sheet{position:relative;max-height:none;overflow:visible;border:0}.sheet thead th,.sheet tbody th{position:static}}`;
