// How well it does: metrics with how sure they are, where it got worse, what is advised, and what else was judged.
import { metricFor } from '../../../ml/metrics/table.ts';
import { plural } from '../../../util/units.ts';
import { folded, list } from '../../markdown/blocks.ts';
import { someItems, someRows } from '../../markdown/fit.ts';
import { code, type Inline, joined, type Markdown, md } from '../../markdown/text.ts';
import { metricName, score } from '../../report/parts.ts';
import { namedHeadlines } from '../judgements.ts';
import { byWeight, isQuiet, looksSame } from '../metric-order.ts';
import type { MetricChange, PipelineView, StageView } from '../types.ts';
import { valueInWords } from '../value-words.ts';
import { isUnchanged } from '../verdict.ts';
import { isDone } from '../words.ts';

/** Rows that stand open; the rest is one click away. */
const OPEN = 8;
/** So many are not worth folding, whatever they say. */
const FEW = 4;

export function metricsPart(view: PipelineView, rows: number): Markdown | undefined {
  const changes = byWeight(view);
  if (changes.length === 0) return undefined;
  const main = mostOf(changes.map(({ file }) => file));
  const title = main === undefined ? md`Metrics` : md`Metrics of ${code(main, 60)}`;
  const columns = [
    { title: 'metric' },
    { title: md`${code(view.against?.name ?? 'before', 24)} → now` },
    { title: 'change' },
  ];
  const tableOf = (some: readonly MetricChange[], sure: 'say' | 'said'): Markdown =>
    someRows(
      columns,
      some.map((each) => [nameOf(each, main), valuesOf(each), changeOf(each, sure)]),
      rows,
    );
  const { open, more, quiet } = openAndFolded(view, rows);
  const parts = [
    ...(open.length > 0 ? [tableOf(open, 'say')] : []),
    ...(more.length > 0 ? [folded(plural(more.length, 'more metric'), tableOf(more, 'say'))] : []),
    ...(quiet.length > 0 ? [folded(quietTitle(quiet, open), tableOf(quiet, 'said'))] : []),
  ];
  return titled(title, joined(parts, '\n'));
}

interface Folds {
  readonly open: readonly MetricChange[];
  readonly more: readonly MetricChange[];
  /** Those that may be chance. */
  readonly quiet: readonly MetricChange[];
}

/** A click for a row or two is one too many. */
function openAndFolded(view: PipelineView, rows: number): Folds {
  const changes = byWeight(view);
  const quiet = changes.filter((each) => isQuiet(each, view.stages));
  const told = changes.filter((each) => !quiet.includes(each));
  if (changes.length <= FEW || rows <= OPEN) return { open: [...told, ...quiet], more: [], quiet: [] };
  const open = told.length <= OPEN + 2 ? told.length : OPEN;
  return { open: told.slice(0, open), more: told.slice(open), quiet };
}

function quietTitle(quiet: readonly MetricChange[], open: readonly MetricChange[]): string {
  const counted = plural(quiet.length, open.length > 0 ? 'more metric' : 'metric');
  return `${counted}: no change beyond chance`;
}

export function titled(title: Inline, body: Markdown): Markdown {
  return joined([md`**${title}**\n`, body], '\n');
}

/** The first of those that are named most, where it is not one of many. */
function mostOf(names: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const [name, count] = [...counts].reduce((most, each) => (each[1] > most[1] ? each : most));
  return count * 3 >= names.length ? name : undefined;
}

function nameOf({ file, key }: MetricChange, main: string | undefined): Markdown {
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

/** `↓ 0.016 **worse**`, and under it `beyond chance`. The arrow is which way the number went. */
function changeOf(change: MetricChange, sure: 'say' | 'said'): Markdown {
  const { was, now, better, chance } = change;
  if (was === undefined) return md`new`;
  if (now === undefined) return md`gone`;
  if (typeof was !== 'number' || typeof now !== 'number') return md``;
  const by = md`${now > was ? '↑' : '↓'} ${score(Math.abs(Number((now - was).toPrecision(12))))}`;
  if (chance === 'within' && sure === 'said') return by;
  if (chance === 'within') return md`${by}<br><sub>${CHANCE.within}</sub>`;
  const way = better === undefined || looksSame(change) ? md`` : md` **${better ? 'better' : 'worse'}**`;
  return chance === undefined ? md`${by}${way}` : md`${by}${way}<br><sub>${CHANCE[chance]}</sub>`;
}

export function slicesPart({ stages }: PipelineView, rows: number): Markdown | undefined {
  const worse = stages
    .filter(isDone)
    .flatMap(({ stage, said }) =>
      (said?.worse ?? []).map(
        ({ slice, metric, now, change, than }) =>
          md`${code(slice)}: ${metricName(metric)} ${score(now - change)} → **${score(now)}**, beyond chance, against ${than} (${code(stage)})`,
      ),
    );
  return worse.length === 0 ? undefined : titled('Slices that got worse', someItems(worse, rows));
}

/** `watch advises retrain. Probability that …: 0.93.`, and under it why. To keep a model nobody must do anything: see `says`. */
export function advicePart(view: PipelineView, rows: number): Markdown | undefined {
  const advised = view.stages.filter(isDone).flatMap(({ stage, said }) => {
    if (!said?.advice || said.advice.decision === 'keep') return [];
    const { decision, odds, reasons } = said.advice;
    const why = reasons.slice(0, rows).map((each) => md`<br>· ${each}`);
    return [md`${code(stage)} advises **${decision}**. ${odds}${joined(why, '')}`];
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
  const keep = said?.advice?.decision === 'keep' ? ['advises keep'] : [];
  const parts = [...counted, ...keep, ...(numbers === '' ? points : [numbers])];
  return md`${mark}${code(stage)}: ${joined(parts, ' · ')}`;
}
