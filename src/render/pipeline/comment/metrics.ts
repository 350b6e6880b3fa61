// How well it does: metrics with how sure they are, where it got worse, what is advised, and what else was judged.
import { metricFor } from '../../../ml/metrics/table.ts';
import { plural } from '../../../util/units.ts';
import { folded, list } from '../../markdown/blocks.ts';
import { someItems, someRows } from '../../markdown/fit.ts';
import { code, type Inline, joined, type Markdown, md } from '../../markdown/text.ts';
import { metricName, score, signed } from '../../report/parts.ts';
import { namedHeadlines } from '../judgements.ts';
import { byWeight } from '../metric-order.ts';
import type { MetricChange, PipelineView, StageView } from '../types.ts';
import { valueInWords } from '../value-words.ts';
import { isUnchanged } from '../verdict.ts';
import { isDone } from '../words.ts';

/** Rows that stand open; the rest is one click away. */
const OPEN = 8;

export function metricsPart(view: PipelineView, rows: number): Markdown | undefined {
  const changes = byWeight(view);
  if (changes.length === 0) return undefined;
  const main = mostOf(changes.map(({ file }) => file));
  const title = md`Metrics of ${code(main, 60)}`;
  const columns = [
    { title: 'metric' },
    { title: md`${code(view.against?.name ?? 'before', 24)} → now` },
    { title: 'change' },
  ];
  const lines = changes.map((each) => [nameOf(each, main), valuesOf(each), changeOf(each)]);
  // A click for a row or two is one too many.
  const open = lines.length <= OPEN + 2 ? lines.length : OPEN;
  const first = someRows(columns, lines.slice(0, open), rows);
  if (open === lines.length || rows <= OPEN) return titled(title, someRows(columns, lines, rows));
  const more = folded(plural(lines.length - open, 'more metric'), someRows(columns, lines.slice(open), rows));
  return titled(title, joined([first, more], '\n'));
}

export function titled(title: Inline, body: Markdown): Markdown {
  return joined([md`**${title}**\n`, body], '\n');
}

/** The first of those that are named most. */
function mostOf(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].reduce((most, each) => (each[1] > most[1] ? each : most))[0];
}

function nameOf({ file, key }: MetricChange, main: string): Markdown {
  const name = metricFor(key) ? md`${metricName(key)}` : code(key, 40);
  return file !== main ? md`${name}<br><sub>${code(file, 40)}</sub>` : name;
}

function valuesOf({ was, now, interval }: MetricChange): Markdown {
  const half = interval ? ` ±${score(interval[1] / 2 - interval[0] / 2)}` : '';
  return md`${shown(was)} → **${shown(now)}**${half}`;
}

function shown(value: unknown): string {
  return typeof value === 'object' && value !== null ? valueInWords(value) : score(value);
}

const CHANCE = { beyond: 'beyond chance', within: 'may be chance' } as const;

/** `🔴 −0.016 worse`, and under it `beyond chance`. */
function changeOf({ was, now, better, chance }: MetricChange): Markdown {
  if (was === undefined) return md`new`;
  if (now === undefined) return md`gone`;
  if (typeof was !== 'number' || typeof now !== 'number') return md``;
  const mark = better === undefined ? '' : chance === 'within' ? '⚪ ' : better ? '🟢 ' : '🔴 ';
  const way = better === undefined ? '' : better ? ' better' : ' worse';
  const sure = chance === undefined ? md`` : md`<br><sub>${CHANCE[chance]}</sub>`;
  return md`${mark}${signed(Number((now - was).toPrecision(12)))}${way}${sure}`;
}

export function slicesPart({ stages }: PipelineView, rows: number): Markdown | undefined {
  const worse = stages
    .filter(isDone)
    .flatMap(({ stage, said }) =>
      (said?.worse ?? []).map(
        ({ slice, metric, now, change, than }) =>
          md`🔴 ${code(slice)}: ${metricName(metric)} ${score(now - change)} → **${score(now)}**, beyond chance, against ${than} (${code(stage)})`,
      ),
    );
  return worse.length === 0 ? undefined : titled('Slices that got worse', someItems(worse, rows));
}

const DECISIONS = { keep: '✅', investigate: '⚠️', retrain: '⚠️', block: '❌' } as const;

/** `⚠️ watch advises retrain. Probability that …: 0.93.` */
export function advicePart(view: PipelineView, rows: number): Markdown | undefined {
  const quiet = isUnchanged(view);
  const advised = view.stages.filter(isDone).flatMap(({ stage, said }) => {
    if (!said?.advice || (quiet && said.advice.decision === 'keep')) return [];
    const { decision, odds, reasons } = said.advice;
    const why = decision === 'keep' ? [] : reasons.slice(0, rows);
    const because = why.length === 0 ? md`` : md` Because of ${joined(why, '; ')}.`;
    return [md`${DECISIONS[decision]} ${code(stage)} advises **${decision}**. ${odds}${because}`];
  });
  return advised.length === 0 ? undefined : titled('Drift', someItems(advised, rows));
}

/** What each judging stage says, in a line or two; folded where the metrics that changed say most of it. */
export function judgedPart(view: PipelineView, rows: number): Markdown | undefined {
  const { stages, changes } = view;
  if (isUnchanged(view)) return undefined;
  const lines = stages.filter(isDone).flatMap((each) => {
    const words = says(each);
    return words === undefined ? [] : [words];
  });
  if (lines.length === 0) return undefined;
  const body = lines.length > rows ? someItems(lines, rows) : list(lines);
  return changes.metrics.length === 0 && lines.length <= OPEN
    ? titled('What was judged', body)
    : folded(`${plural(lines.length, 'judgement')}`, body);
}

const POINTS = 2;

function says({ stage, headlines, gates, said, report, page }: StageView): Markdown | undefined {
  const points = (said?.points ?? []).slice(0, POINTS);
  const numbers = namedHeadlines(headlines);
  if (numbers === '' && points.length === 0 && !gates) return undefined;
  if (!gates && !said && !report && page === null) return undefined;
  const counted = gates && gates.total > 0 ? [md`gates ${gates.held}/${gates.total}`] : [];
  const mark = gates ? (gates.passed ? '✔ ' : '✖ ') : '';
  const parts = [...counted, ...(numbers === '' ? points : [numbers])];
  return md`${mark}${code(stage)}: ${joined(parts, ' · ')}`;
}
