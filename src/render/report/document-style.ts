export const PAGE_CSS = `*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;-webkit-text-size-adjust:100%}
header,main{max-width:1120px;margin:0 auto;padding:0 24px}
header{padding-top:36px}
h1{font-size:30px;line-height:1.2;margin:0;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:18px;margin:44px 0 12px;letter-spacing:-.005em}
h3{font-size:14px;margin:0 0 2px;overflow-wrap:anywhere}
p{margin:6px 0;max-width:75ch}body{overflow-wrap:break-word}
figure{margin:0}figcaption{font-size:13px;line-height:1.4}
small{font-weight:400}
.eyebrow{margin:0 0 4px;color:var(--soft);font-size:13px;text-transform:uppercase;letter-spacing:.06em}
.lead{font-size:19px;line-height:1.4;margin:12px 0 4px;max-width:60ch}.lead+.lead{margin-top:2px;font-size:17px}
.soft,small,caption,figcaption{color:var(--soft)}
a{color:var(--cur)}
small{font-size:12px}
code{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
section>:last-child{margin-bottom:0}
main{padding-bottom:72px}
.badge{display:inline-block;padding:1px 8px;border:1px solid currentColor;border-radius:99px;font-size:12px;font-weight:600;white-space:nowrap;vertical-align:middle}
.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}.neutral{color:var(--soft)}
.grid{display:grid;gap:16px;grid-template-columns:repeat(auto-fill,minmax(min(100%,310px),1fr))}
.pair{display:grid;gap:32px;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));align-items:start}
.whole>*+*{margin-top:20px}.grid+.whole{margin-top:24px}.group{margin-top:24px}.group .scroll+.scroll{margin-top:16px}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 16px;min-width:0;break-inside:avoid}
.card .chart{margin-top:6px}.card thead th{white-space:normal}.card td.picture{min-width:70px;width:auto}.card ul{margin:6px 0 0;padding-left:18px}
.metrics{display:grid;gap:1px;grid-template-columns:repeat(auto-fill,minmax(min(50% - 1px,160px),1fr));background:var(--card);border:1px solid var(--line);border-radius:10px;overflow:hidden;margin:0}
.metrics>div{box-shadow:0 0 0 1px var(--line);padding:12px 14px;min-width:0}
.metrics dt{font-size:12.5px;color:var(--soft);overflow-wrap:anywhere}
.metrics dd{margin:2px 0 0;font-size:24px;line-height:1.2;font-variant-numeric:tabular-nums}
.metrics small{display:block;font-size:12px;margin-top:2px}
.unseen{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden;white-space:nowrap}
.note{display:block}.matrix-note{margin:0 0 8px;font-size:12.5px}.pair .metrics{grid-template-columns:1fr 1fr}
.scroll{overflow-x:auto;margin:0 -4px;padding:0 4px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:14px}
caption{text-align:left;font-size:12.5px;padding-bottom:8px}
th,td{text-align:left;padding:7px 14px 7px 0;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600}thead th{color:var(--soft);font-size:12.5px;font-weight:500;white-space:nowrap}
td.num,th.num{text-align:right}
td.name,th.name{overflow-wrap:anywhere;min-width:88px}
td.picture{min-width:110px;width:220px}td.picture .strip{margin-top:4px}
tr:last-child>td,tr:last-child>th{border-bottom:0}thead tr:last-child>th{border-bottom:1px solid var(--line)}
.confusion{width:auto;min-width:min(100%,260px)}
.confusion td,.confusion th{text-align:center;padding:10px 14px;border:2px solid var(--paper);white-space:nowrap}
.confusion th{max-width:150px;overflow:hidden;text-overflow:ellipsis}.confusion tbody th{text-align:right}
.confusion.many td,.confusion.many th{padding:4px 6px}.confusion.many th{max-width:110px}.confusion.many thead th{max-width:64px}
.confusion.many td b{font-size:13px}.confusion.many td small{font-size:11px}
.confusion td b{display:block;font-size:16px}.confusion td small{color:inherit}
.confusion .right{outline:2px solid var(--ink);outline-offset:-4px}
.advice{border:1px solid var(--line);border-left:5px solid currentColor;border-radius:10px;padding:16px 20px;margin:20px 0 0;background:var(--card)}
.advice>*{color:var(--ink)}.advice strong.word{font-size:22px;display:block;color:inherit}
.reasons h2{font-size:14px;margin:0 0 2px}.advice ul{margin:4px 0 0;padding-left:20px}
.reasons{display:grid;gap:12px 28px;grid-template-columns:repeat(auto-fit,minmax(min(100%,240px),1fr));margin-top:12px}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;margin:6px 0 12px;padding:0;list-style:none;font-size:12.5px;color:var(--soft)}
.legend.rows{display:grid;gap:6px}.key{vertical-align:middle;margin-right:6px}
dl.facts{display:grid;grid-template-columns:minmax(90px,max-content) 1fr;gap:6px 20px;margin:0}
dl.facts dt{color:var(--soft);overflow-wrap:anywhere;min-width:0}dl.facts dd{margin:0;overflow-wrap:anywhere;min-width:0}
dl.facts+dl.facts{margin-top:6px}
details{margin-top:12px}summary{cursor:pointer;color:var(--soft)}details[open]>summary{margin-bottom:10px}
@media (max-width:900px){thead th{white-space:normal}}
@media (max-width:600px){header,main{padding-left:16px;padding-right:16px}header{padding-top:24px}h1{font-size:24px}
h2{margin-top:34px}td{overflow-wrap:anywhere}td.num{overflow-wrap:normal}dl.facts{grid-template-columns:minmax(0,1fr);gap:0}dl.facts dd{margin-bottom:8px}
.stack thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}.stack,.stack tbody{display:block}
.stack tr{display:flex;flex-wrap:wrap;align-items:baseline;gap:3px 14px;padding:10px 0;border-bottom:1px solid var(--line)}.stack tr:last-child{border-bottom:0}
.stack td,.stack th{border:0;padding:0}.stack th.name{flex:1 1 60%}.stack td:empty{display:none}
.stack td.num::before{content:attr(data-title) " ";color:var(--soft);font-size:12px}
.stack td.picture{flex:1 1 120px;width:auto}.stack td:last-child:not(.num){flex:1 1 100%}.stack td,.stack th{min-width:0}}
@media print{body,table,caption,figcaption,.lead+*{font-size:11px}.lead{font-size:15px}small,.metrics small{font-size:10px}th,td{padding:4px 8px 4px 0}.metrics dd{font-size:17px}
.pair{grid-template-columns:1fr 1fr;gap:16px}header,main{max-width:none;padding:0}h2{margin-top:22px;break-after:avoid}tr{break-inside:avoid}
details::details-content{content-visibility:visible;display:block}summary{display:none}.grid{grid-template-columns:repeat(3,1fr);gap:8px}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}`;
