// The page of the whole pipeline: how it stands in a sentence, its graph, what was judged, what changed, where its metrics
// came from. Each stage's own page has the rest.
import type { Artifact } from '../../core/artifact.ts';
import { formatBytes, formatCount, formatMs, plural } from '../../util/units.ts';
import { spark } from '../chart/spark.ts';
import { hasCycle } from '../dag/graph.ts';
import { DAG_CSS, dagPicture } from '../dag/svg.ts';
import { withoutHalves } from '../markdown/text.ts';
import { type Child, h, type Markup } from '../markup.ts';
import { renderPage, section } from '../report/document.ts';
import { badge, dataTable, foldedTable, metricName, score, signed, wide } from '../report/parts.ts';
import { type Clause, insideOf } from './inside.ts';
import { judgementCards, namedHeadlines } from './judgements.ts';
import { notesList, troublePart } from './trouble.ts';
import type { MetricChange, MetricHistory, PipelineView, StageView } from './types.ts';
import { valueInWords } from './value-words.ts';
import { verdictOf } from './verdict.ts';
import { isDone, pipelineInWords, stateOf } from './words.ts';

/** Self-contained HTML; links lead to the pages of stages beside it. */
export function renderPipelinePage(view: PipelineView): string {
  const { against } = view;
  const verdict = verdictOf(view);
  const [status, mark] = TONES[verdict.tone];
  const since = against ? `since ${against.name} (${against.commit.slice(0, 7)})` : '';
  return renderPage({
    title: `${view.name} · pipeline`,
    css: `${DAG_CSS}\nfigure img { max-width: 100%; height: auto; }`,
    header: [
      h('p', { class: 'eyebrow' }, view.at === null ? 'Pipeline' : `Pipeline · ${view.at}`),
      h('h1', {}, view.name),
      h('p', {}, badge(status, mark), ' ', h('b', {}, verdict.words)),
      h('p', { class: 'lead' }, pipelineInWords(view)),
    ],
    ...(view.images.length === 0 ? {} : { pictures: 'beside' as const }),
    sections: [
      section('What went wrong', troublePart(view)),
      section('To be known', notesList(view)),
      section('What was judged', judgementCards(view.stages.filter(isDone))),
      section('Stages', graphPicture(view), stageTable(view.stages)),
      section(`Metrics that changed ${since}`.trim(), changesTable('metrics', view)),
      section(`Params that changed ${since}`.trim(), changesTable('params', view)),
      section(`Data and outs that changed ${since}`.trim(), artifactTable(view)),
      section('Plots', pictures(view)),
      section('Metrics over time', historyPart(view.history)),
      section('Data', dataPart(view)),
    ],
  });
}

const TONES = { good: ['pass', '✔'], warn: ['warn', '!'], bad: ['fail', '✖'] } as const;

/** A pipeline has no cycle; a view that somebody else wrote may. */
function graphPicture(view: PipelineView): Markup | undefined {
  if (hasCycle(view.graph)) return undefined;
  return wide('Graph of the pipeline', dagPicture(view.graph, { states: statesOf(view) }));
}

/** Written into the graph: stage → its state in a word, where it is not simply fresh. */
function statesOf({ stages }: PipelineView): ReadonlyMap<string, string> {
  return new Map(
    stages
      .filter(({ state, run }) => (run?.outcome ?? state) !== 'fresh')
      .map((each) => [each.stage, stateOf(each)[1]]),
  );
}

function stageTable(stages: readonly StageView[]): Markup | undefined {
  return dataTable(
    [{ title: 'stage', class: 'name' }, { title: '' }, { title: 'gates' }, { title: 'what it says' }],
    stages.map((view) => [
      [
        view.page === null ? view.stage : h('a', { href: view.page }, view.stage),
        ' ',
        h('small', {}, view.action),
      ],
      [badge(...stateOf(view)), timeOf(view)],
      isDone(view) ? gatesBadge(view.gates) : '',
      [isDone(view) ? namedHeadlines(view.headlines) : '', note(view.run?.why || view.why)],
    ]),
  );
}

/** What it took, or what was saved. */
function timeOf({ run }: StageView): Child {
  if (!run || run.ms + run.savedMs === 0) return undefined;
  return note(run.savedMs > 0 ? `${formatMs(run.savedMs)} saved` : formatMs(run.ms));
}

function gatesBadge(gates: StageView['gates']): Child {
  return gates === null
    ? ''
    : badge(gates.passed ? 'pass' : 'fail', `${gates.passed ? '✔' : '✖'} ${gates.held}/${gates.total}`);
}

function note(words: string): Child {
  return words === '' ? undefined : h('small', { class: 'note' }, words);
}

function changesTable(kind: 'metrics' | 'params', { changes, against }: PipelineView): Markup | undefined {
  return dataTable(
    [
      { title: kind === 'metrics' ? 'metric' : 'param', class: 'name' },
      { title: against?.name ?? 'before', class: 'num' },
      { title: 'now', class: 'num' },
      { title: 'change', class: 'num' },
      { title: '' },
    ],
    changes[kind].map(({ file, key, was, now, better, interval, chance }: MetricChange) => [
      kind === 'metrics' ? nameOf(file, key) : [key, ' ', h('small', {}, file)],
      shown(was),
      [shown(now), interval ? ` ±${score(interval[1] / 2 - interval[0] / 2)}` : undefined],
      typeof was === 'number' && typeof now === 'number' ? signed(Number((now - was).toPrecision(12))) : '',
      better === undefined ? '' : betterBadge(better, chance),
    ]),
  );
}

function betterBadge(better: boolean, chance: MetricChange['chance']): Child {
  const words = better ? '↑ better' : '↓ worse';
  if (chance === undefined) return badge(better ? 'pass' : 'warn', words);
  if (chance === 'within') return badge('skipped', `${words}, may be chance`);
  return badge(better ? 'pass' : 'fail', `${words}, beyond chance`);
}

function shown(value: unknown): string {
  return typeof value === 'object' && value !== null ? valueInWords(value) : score(value);
}

function artifactTable({ changes, tables, folders }: PipelineView): Markup | undefined {
  const known = new Set<string>(changes.data.map(({ path }) => path));
  const inside = (path: string): Child =>
    insideOf({ tables, folders }, path).map((clause) => h('small', { class: 'note' }, clause.map(pieceOf)));
  return dataTable(
    [
      { title: 'path', class: 'name' },
      { title: '' },
      { title: 'before', class: 'num' },
      { title: 'now', class: 'num' },
    ],
    [
      ...changes.data.map(({ path, was, now }) => [
        h('code', {}, path),
        [was === undefined ? 'new' : now === undefined ? 'gone' : 'changed', inside(path)],
        sizeOf(was),
        sizeOf(now),
      ]),
      // Inside directories.
      ...tables
        .filter(({ path }) => !known.has(path))
        .map(({ path }) => [h('code', {}, path), inside(path), '', '']),
    ],
  );
}

function pieceOf(piece: Clause[number]): Child {
  return typeof piece === 'string' ? piece : h('code', {}, piece.name);
}

function sizeOf(artifact: Artifact | null | undefined): string {
  if (!artifact) return '–';
  const files = 'files' in artifact ? `, ${formatCount(artifact.files)} files` : '';
  return `${formatBytes(artifact.bytes)}${files}`;
}

/** Metrics that ever changed; the others have no course, and are one click away. */
function historyPart(history: readonly MetricHistory[]): Child {
  const moved = history.filter(({ points }) => points.some(({ value }) => value !== points[0]!.value));
  const steady = history.filter((each) => !moved.includes(each));
  return [
    courseTable(moved),
    steady.length === 0
      ? undefined
      : h(
          'details',
          {},
          h('summary', {}, `${plural(steady.length, 'metric')} with one value so far`),
          dataTable(
            [
              { title: 'metric', class: 'name' },
              { title: 'now', class: 'num' },
            ],
            steady.map(({ file, key, points }) => [nameOf(file, key), score(points.at(-1)?.value)]),
          ),
        ),
  ];
}

const OPEN = 12;

function nameOf(file: string, key: string): Child {
  return [metricName(key), ' ', h('small', {}, file)];
}

function courseTable(history: readonly MetricHistory[]): Child {
  return foldedTable(
    [
      { title: 'metric', class: 'name' },
      { title: 'over the last commits that changed it', class: 'picture' },
      { title: 'first', class: 'num' },
      { title: 'best', class: 'num' },
      { title: 'now', class: 'num' },
    ],
    history.map(({ file, key, better, points }) => {
      const values = points.map(({ value }) => value);
      const words = points.map(({ at, value }) => `${at} ${score(value)}`).join(', ');
      return [
        nameOf(file, key),
        spark(values, `${key}: ${words}`),
        score(values[0]),
        better === null ? '–' : score(bestOf(values, better)),
        score(values.at(-1)),
      ];
    }),
    OPEN,
    'metrics',
  );
}

function bestOf(values: readonly number[], better: 'max' | 'min' | 'zero'): number {
  const rank = { max: (value: number) => -value, min: (value: number) => value, zero: Math.abs }[better];
  return values.reduce((best, each) => (rank(each) < rank(best) ? each : best));
}

function dataPart({ data }: PipelineView): Markup | undefined {
  return dataTable(
    [{ title: 'path', class: 'name' }, { title: 'size', class: 'num' }, { title: '' }],
    data.map(({ path, artifact, changed }) => [
      h('code', {}, path),
      sizeOf(artifact),
      changed ? badge('warn', '! changed, not recorded') : '',
    ]),
  );
}

function pictures({ images }: PipelineView): Child {
  return images.map(({ alt, file }) =>
    h('figure', {}, h('img', { src: beside(file), alt }), h('figcaption', {}, alt)),
  );
}

/** Nothing but a path from here. */
function beside(file: string): string {
  return withoutHalves(file).split('/').map(encodeURIComponent).join('/');
}
