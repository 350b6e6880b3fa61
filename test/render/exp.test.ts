// The table of experiments in every form; the page is used in a browser by test/integration/browser.test.ts.
import { describe, expect, it } from 'vitest';
import type { Cell, ExperimentRow, ExperimentTable, ValueColumn } from '../../src/core/experiment-table.ts';
import type { CommitId, RepoPath } from '../../src/core/ids.ts';
import type { Json } from '../../src/core/json.ts';
import { experimentsAsCsv, experimentsAsData } from '../../src/render/exp/data.ts';
import { renderExperiment } from '../../src/render/exp/one.ts';
import { renderExperimentsPage } from '../../src/render/exp/page.ts';
import { renderExperiments, renderExperimentsMarkdown, type TableView } from '../../src/render/exp/table.ts';
import { PLAIN, styleOf } from '../../src/render/terminal.ts';
import { expectGolden } from './golden.ts';

const NOW = new Date('2026-11-25T12:00:00.000Z');
const commit = (digit: string): CommitId => digit.repeat(40) as CommitId;

const COLUMNS: ValueColumn[] = [
  {
    kind: 'param',
    file: 'params.yaml' as RepoPath,
    key: 'train.trees',
    name: 'trees',
    better: null,
    differs: true,
  },
  {
    kind: 'param',
    file: 'params.yaml' as RepoPath,
    key: 'model',
    name: 'model',
    better: null,
    differs: true,
  },
  {
    kind: 'metric',
    file: 'metrics.json' as RepoPath,
    key: 'accuracy',
    name: 'accuracy',
    better: 'max',
    differs: true,
  },
  {
    kind: 'metric',
    file: 'metrics.json' as RepoPath,
    key: 'log_loss',
    name: 'log_loss',
    better: 'min',
    differs: true,
  },
  {
    kind: 'metric',
    file: 'metrics.json' as RepoPath,
    key: 'rows',
    name: 'rows',
    better: null,
    differs: true,
  },
];

function row(name: string, more: Partial<ExperimentRow>, values: (Json | undefined)[]): ExperimentRow {
  return {
    name,
    state: 'done',
    commit: commit('c'),
    group: 0,
    baseline: 'main',
    created: '2026-11-25T10:00:00.000Z',
    ms: 1200,
    message: '',
    overrides: [],
    failure: null,
    values,
    ...more,
  };
}

const TABLE: ExperimentTable = {
  columns: COLUMNS,
  groups: [
    { commit: commit('a'), name: 'main', gone: false },
    { commit: commit('b'), name: 'bbbbbbb', gone: true },
  ],
  rows: [
    row('workspace', { state: 'workspace', commit: null, created: null, ms: null }, [
      100,
      'forest',
      0.789,
      0.45,
      2208,
    ]),
    row('main', { state: 'baseline', commit: commit('a'), created: '2026-10-01T10:00:00.000Z', ms: null }, [
      100,
      'forest',
      0.789,
      0.45,
      2208,
    ]),
    row('calm-otter', {}, [200, 'boost', 0.928, 0.21, 2208]),
    row('blue-heron', { state: 'gate', created: '2026-11-25T11:58:00.000Z' }, [
      0.00001,
      'a, "b"\nc',
      0.806,
      0.2,
      -4,
    ]),
    row('odd-marten', { state: 'waiting', commit: null, ms: null, created: '2026-11-25T11:59:50.000Z' }, [
      50,
      '',
      undefined,
      undefined,
      undefined,
    ]),
    row(
      'slow-sloth',
      { state: 'failed', commit: null, ms: 83_000, created: '2026-11-20T11:59:50.000Z', failure: 'exit 1' },
      [75, '=1+1', undefined, undefined, undefined],
    ),
    row('bbbbbbb', { state: 'baseline', commit: commit('b'), group: 1, baseline: 'bbbbbbb', ms: null }, [
      100,
      'forest',
      0.7,
      0.5,
      2208,
    ]),
    row('old-owl', { group: 1, baseline: 'bbbbbbb' }, [100, null, 0.71, 0.49, 2208]),
  ],
};

const CELLS: Cell[] = [
  { kind: 'name' },
  { kind: 'state' },
  { kind: 'created' },
  { kind: 'duration' },
  ...COLUMNS.map((_, at): Cell => ({ kind: 'value', at })),
];

function view(more: Partial<TableView> = {}): TableView {
  const form = { now: NOW, precision: undefined, symbols: PLAIN.symbols };
  return {
    table: TABLE,
    rows: TABLE.rows,
    cells: CELLS,
    order: 'tree',
    sorted: undefined,
    names: 'name',
    form,
    ...more,
  };
}

const WIDE = Number.POSITIVE_INFINITY;

describe('the table of experiments', () => {
  it('is as drawn, in full and in narrow terminals', () => {
    const widths = [WIDE, 92, 60, 30].map((width) => {
      const { text, cut } = renderExperiments(view(), PLAIN, width);
      for (const line of text.trimEnd().split('\n'))
        if (width > 30) expect(line.length).toBeLessThanOrEqual(width);
      return `--- ${width} columns, cut: ${cut.join(' ')}\n${text}`;
    });
    expectGolden('experiments.txt', widths.join('\n'));
  });

  it('never cuts the column that it is sorted by', () => {
    const accuracy: Cell = { kind: 'value', at: 2 };
    const { text } = renderExperiments(view({ order: 'sorted', sorted: { ...accuracy } }), PLAIN, 40);
    expect(text.split('\n')[0]).toContain('accuracy');
  });

  it('is written in ASCII, by id, and with the digits asked for', () => {
    const ascii = styleOf({ write: () => {} }, { LANG: 'C', TERM: 'linux' }, 'linux');
    const form = { now: NOW, precision: 5, symbols: ascii.symbols };
    const { text } = renderExperiments(view({ form, names: 'sha' }), ascii, WIDE);
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    expect(text).toContain('cccccccccc');
    expect(text).toContain('0.92800 <-');
  });

  it('colours nothing that it was not asked to, and keeps the same words when it does', () => {
    const colored = styleOf({ write: () => {} }, { FORCE_COLOR: '1' }, 'linux');
    const { text } = renderExperiments(view(), colored, WIDE);
    expect(text).toContain('\u001b[');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken away
    expect(text.replace(/\u001b\[\d+m/g, '')).toBe(renderExperiments(view(), PLAIN, WIDE).text);
    expect(renderExperiments(view(), PLAIN, WIDE).text).not.toContain('\u001b');
  });

  it('is Markdown, CSV and JSON', () => {
    const { rows } = TABLE;
    expectGolden(
      'experiments.md',
      renderExperimentsMarkdown(view({ form: { ...view().form, now: undefined } })),
    );
    expectGolden('experiments.csv', experimentsAsCsv(TABLE, rows, CELLS));
    expectGolden('experiments.json', `${JSON.stringify(experimentsAsData(TABLE, rows, CELLS), null, 2)}\n`);
  });

  it('marks no best where all are equal', () => {
    const rows = TABLE.rows.map((each) => ({ ...each, values: [1, 'x', 0.5, 0.5, 1] }));
    expect(renderExperiments(view({ rows }), PLAIN, WIDE).text).not.toContain('←');
  });
});

describe('one experiment', () => {
  it('is told in full', () => {
    const about = {
      experiment: {
        v: 1 as const,
        name: 'calm-otter',
        ref: 'refs/mlops/exp/a/calm-otter',
        commit: commit('c'),
        baseline: commit('a'),
        baselineTree: commit('d'),
        patch: null,
        overrides: [
          { file: 'params.yaml' as RepoPath, key: ['train', 'trees'], op: 'set' as const, value: 200 },
        ],
        ticket: null,
        sweep: null,
        ended: 'gate' as const,
        ms: 1200,
        started: '2026-11-25T10:00:00.000Z',
        message: 'more trees\nin two lines \u001b[31m',
      },
      stages: [
        { stage: 'train', ms: 900, ran: 'here' as const },
        { stage: 'judge', ms: 300, ran: 'before' as const },
        { stage: 'watch', ms: null, ran: 'unknown' as const },
      ],
      files: Array.from({ length: 22 }, (_, at) => ({ path: `src/${at}.py`, kind: 'changed' as const })),
      differences: 'params\n…\n',
      now: NOW,
    };
    expectGolden('experiment.txt', renderExperiment(about, 'text', PLAIN));
    expect(renderExperiment({ ...about, differences: '' }, 'text', PLAIN)).toContain('git fetch --unshallow');
  });
});

describe('the page of experiments', () => {
  const page = (table: ExperimentTable, script = 'start()'): string =>
    renderExperimentsPage({
      table,
      rows: table.rows,
      cells: CELLS,
      form: { now: undefined, precision: undefined, symbols: PLAIN.symbols },
      script,
    });

  it('has the table, its data, and one script that may run', () => {
    const html = page(TABLE);
    expect(html).toMatch(/<td class="num best">0\.928<\/td>/);
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html).toContain('<script>start()</script>');
    expect(html).toMatch(/script-src (&#39;|')sha256-/);
    expect(html).not.toMatch(/(src|href)="/);
    const data = JSON.parse(
      /<script type="application\/json" id="experiments">(.*?)<\/script>/s.exec(html)![1]!,
    );
    expect(data.table.rows).toEqual(JSON.parse(JSON.stringify(TABLE.rows)));
  });

  it('holds hostile names and values as text', () => {
    const hostile = `</script><script>alert(1)</script><img src=x onerror="alert(2)">'"\u2028<!--`;
    const table: ExperimentTable = {
      columns: COLUMNS.map((each) => ({ ...each, name: hostile, key: hostile, file: hostile as RepoPath })),
      groups: [{ commit: commit('a'), name: hostile, gone: false }],
      rows: [row(hostile, { message: hostile, failure: hostile }, [hostile, [hostile], 1, 2, hostile])],
    };
    const html = page(table);
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(html.match(/<\/script/g)).toHaveLength(2);
    expect(html).not.toContain('<img');
    expect(html).not.toContain('<!--');
  });

  it('says so when there is nothing yet', () => {
    const html = page({ columns: [], groups: [], rows: [] });
    expect(html).toContain('0 experiments.');
    expect(html).not.toContain('<table');
  });
});
