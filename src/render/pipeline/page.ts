// The page of the whole pipeline: how it stands in a sentence, its graph, what was judged, what changed, where its metrics
// came from. Each stage's own page has the rest.
import type { Artifact } from '../../core/artifact.ts';
import { formatBytes, formatCount, plural } from '../../util/units.ts';
import { spark } from '../chart/spark.ts';
import { DAG_CSS, dagPicture } from '../dag/svg.ts';
import { type Child, h, type Markup } from '../markup.ts';
import { renderPage, section } from '../report/document.ts';
import { badge, dataTable, foldedTable, metricName, score, signed, wide } from '../report/parts.ts';
import { judgementCards, namedHeadlines } from './judgements.ts';
import type { MetricHistory, PipelineView, StageView } from './types.ts';
import { pipelineInWords, STATES } from './words.ts';

/** Self-contained HTML; links lead to the pages of stages beside it. */
export function renderPipelinePage(view: PipelineView): string {
  const { against, graph } = view;
  const since = against ? `since ${against.name} (${against.commit.slice(0, 7)})` : '';
  return renderPage({
    title: `${view.name} · pipeline`,
    css: DAG_CSS,
    header: [
      h('p', { class: 'eyebrow' }, view.at === null ? 'Pipeline' : `Pipeline · ${view.at}`),
      h('h1', {}, view.name),
      h('p', { class: 'lead' }, pipelineInWords(view)),
    ],
    sections: [
      section('What was judged', judgementCards(view.stages)),
      section(
        'Stages',
        wide('Graph of the pipeline', dagPicture(graph, { states: statesOf(view) })),
        stageTable(view.stages),
      ),
      section(`Metrics that changed ${since}`.trim(), changesTable('metrics', view)),
      section(`Params that changed ${since}`.trim(), changesTable('params', view)),
      section(`Data and outs that changed ${since}`.trim(), artifactTable(view)),
      section('Metrics over time', historyPart(view.history)),
      section('Data', dataPart(view)),
    ],
  });
}

/** Written into the graph: stage → its state in a word, where it is not simply fresh. */
function statesOf({ stages }: PipelineView): ReadonlyMap<string, string> {
  return new Map(
    stages.filter(({ state }) => state !== 'fresh').map(({ stage, state }) => [stage, STATES[state][1]]),
  );
}

function stageTable(stages: readonly StageView[]): Markup | undefined {
  return dataTable(
    [{ title: 'stage', class: 'name' }, { title: '' }, { title: 'gates' }, { title: 'what it says' }],
    stages.map(({ stage, action, state, why, headlines, gates, page }) => [
      [page === null ? stage : h('a', { href: page }, stage), ' ', h('small', {}, action)],
      badge(...STATES[state]),
      gates === null
        ? ''
        : badge(gates.passed ? 'pass' : 'fail', `${gates.passed ? '✔' : '✖'} ${gates.held}/${gates.total}`),
      [namedHeadlines(headlines), why === '' ? undefined : h('small', { class: 'note' }, why)],
    ]),
  );
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
    changes[kind].map(({ file, key, was, now, better }) => [
      kind === 'metrics' ? nameOf(file, key) : [key, ' ', h('small', {}, file)],
      shown(was),
      shown(now),
      typeof was === 'number' && typeof now === 'number' ? signed(Number((now - was).toPrecision(12))) : '',
      better === undefined ? '' : badge(better ? 'pass' : 'warn', better ? '↑ better' : '↓ worse'),
    ]),
  );
}

function shown(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : score(value);
}

function artifactTable({ changes }: PipelineView): Markup | undefined {
  return dataTable(
    [
      { title: 'path', class: 'name' },
      { title: '' },
      { title: 'before', class: 'num' },
      { title: 'now', class: 'num' },
    ],
    changes.data.map(({ path, was, now }) => [
      h('code', {}, path),
      was === undefined ? 'new' : now === undefined ? 'gone' : 'changed',
      sizeOf(was),
      sizeOf(now),
    ]),
  );
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
