// The page of the whole pipeline: how it stands in a sentence, its graph, what was judged, what changed, where its metrics
// came from. Each stage's own page has the rest.
import { formatMs, plural } from '../../util/units.ts';
import { spark } from '../chart/spark.ts';
import { hasCycle } from '../dag/graph.ts';
import { DAG_CSS, dagPicture } from '../dag/svg.ts';
import { withoutHalves } from '../markdown/text.ts';
import { type Child, h, type Markup } from '../markup.ts';
import { renderPage, section } from '../report/document.ts';
import { badge, dataTable, foldedTable, score, wide } from '../report/parts.ts';
import { judgementCards, namedHeadlines } from './judgements.ts';
import { artifactTable, metricsTable, nameOf, paramsTable, sizeOf } from './page-changes.ts';
import { notesList, troublePart } from './trouble.ts';
import type { MetricHistory, PipelineView, StageView } from './types.ts';
import { hasFailed, verdictOf } from './verdict.ts';
import { isDone, pipelineInWords, stateOf } from './words.ts';

/** Self-contained HTML; links lead to the pages of stages beside it. */
export function renderPipelinePage(view: PipelineView): string {
  const { against } = view;
  const verdict = verdictOf(view);
  const [status, mark] = TONES[verdict.tone];
  const since = against ? `since ${against.name} (${against.commit.slice(0, 7)})` : '';
  return renderPage({
    title: `${view.name} · pipeline`,
    css: `${DAG_CSS}\n${PAGE_CSS}`,
    header: [
      h(
        'p',
        { class: 'eyebrow' },
        view.at === null ? 'Pipeline' : ['Pipeline · ', h('span', { class: 'at' }, view.at)],
      ),
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
      section(`Metrics that changed ${since}`.trim(), metricsTable(view)),
      section(`Params that changed ${since}`.trim(), paramsTable(view)),
      section(`Data and outs that changed ${since}`.trim(), artifactTable(view)),
      section('Plots', pictures(view)),
      section('Metrics over time', historyPart(view.history)),
      section('Data', dataPart(view)),
    ],
  });
}

/** Pictures stand beside each other where there is room. */
const PAGE_CSS = `.eyebrow .at { text-transform: none; }
.pictures { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); }
.pictures figure { margin: 0; }
.pictures img { max-width: 100%; height: auto; }`;

const TONES = { good: ['pass', '✔'], warn: ['warn', '!'], bad: ['fail', '✖'] } as const;

/** A pipeline has no cycle; a view that somebody else wrote may. */
function graphPicture(view: PipelineView): Markup | undefined {
  if (view.graph.nodes.length === 0 || hasCycle(view.graph)) return undefined;
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

/** What failed first; the rest as it hangs together. */
function stageTable(all: readonly StageView[]): Child {
  const stages = [...all.filter(hasFailed), ...all.filter((each) => !hasFailed(each))];
  return foldedTable(
    [{ title: 'stage', class: 'name' }, { title: '' }, { title: 'gates' }, { title: 'what it says' }],
    stages.map((view) => [
      [
        view.page === null || !isDone(view) ? view.stage : h('a', { href: view.page }, view.stage),
        ' ',
        h('small', {}, view.action),
      ],
      [badge(...stateOf(view)), timeOf(view)],
      isDone(view) ? gatesBadge(view.gates) : '',
      [isDone(view) ? namedHeadlines(view.headlines) : '', note(view.run?.why || view.why)],
    ]),
    OPEN,
    'stages',
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
  if (images.length === 0) return undefined;
  return h(
    'div',
    { class: 'pictures' },
    images.map(({ alt, file }) =>
      h('figure', {}, h('img', { src: beside(file), alt }), h('figcaption', {}, alt)),
    ),
  );
}

/** Nothing but a path from here. */
function beside(file: string): string {
  return withoutHalves(file).split('/').map(encodeURIComponent).join('/');
}
