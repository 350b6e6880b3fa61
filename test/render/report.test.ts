import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { renderPipelinePage } from '../../src/render/pipeline/page.ts';
import { renderDriftPage } from '../../src/render/report/drift-page.ts';
import { renderEvaluatePage } from '../../src/render/report/evaluate-page.ts';
import { renderExplainPage } from '../../src/render/report/explain-page.ts';
import { renderExplorePage } from '../../src/render/report/explore-page.ts';
import { renderFindingsPage } from '../../src/render/report/findings-page.ts';
import { renderReportPage } from '../../src/render/report/page.ts';
import type {
  DriftReport,
  EvaluateReport,
  ExplainDetails,
  ExplainReport,
} from '../../src/render/report/types.ts';
import { renderValidatePage } from '../../src/render/report/validate-page.ts';
import { EXPLANATION, EXPLANATION_DETAILS } from './explain-sample.ts';
import { expectGolden } from './golden.ts';
import { CHECK, EXPLORATION, GRAPH, PIPELINE, SMOKE, VALIDATION } from './page-samples.ts';
import { pageWords } from './page-words.ts';
import { DRIFT, DRIFT_DETAILS, EVALUATION, EVALUATION_DETAILS, GATES } from './report-samples.ts';
import { expectWellFormed } from './well-formed.ts';

const HOSTILE =
  '</title></svg><script>alert(1)</script><img src=x onerror=alert(1)>"\' onload=x \u202e\u0007';

const PAGES = {
  evaluate: renderEvaluatePage(EVALUATION, EVALUATION_DETAILS, GATES),
  drift: renderDriftPage(DRIFT, DRIFT_DETAILS),
  explain: renderExplainPage(EXPLANATION, EXPLANATION_DETAILS),
  validate: renderValidatePage(VALIDATION),
  'data-profile': renderExplorePage(EXPLORATION),
  check: renderFindingsPage(CHECK),
  smoke: renderFindingsPage(SMOKE),
  pipeline: renderPipelinePage(PIPELINE),
};

/** Pages that only list what was found draw nothing; the page of a pipeline leads to those of its stages. */
const PLAIN_PAGES = new Set(['check', 'smoke']);

/** Replaces every text in `value` that `pick` says, keys of slices and metrics included. */
function poison<T>(value: T, keep: ReadonlySet<string>): T {
  if (typeof value === 'string') return (keep.has(value) ? value : HOSTILE) as T;
  if (Array.isArray(value)) return value.map((each) => poison(each, keep)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, poison(each, keep)]);
  return Object.fromEntries(entries) as T;
}

const words = (html: string): string =>
  pageWords(html, 'h1 h2 h3 p tr dt dd figcaption li strong text'.split(' '));

describe.each(Object.entries(PAGES))('the page of %s', (name, html) => {
  it('says what the report says', () => {
    expectGolden(`${name}-page.txt`, words(html));
  });

  it('allows exactly its own style sheet, and nothing else', () => {
    const css = /<style>([\s\S]*?)<\/style>/.exec(html)![1]!;
    const hash = createHash('sha256').update(css).digest('base64');
    expect(html).toContain(
      `content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`,
    );
    expect(html.match(/<style/g)).toHaveLength(1);
    expect(html).not.toMatch(/<[^>]*\sstyle=/);
    expect(css).not.toContain('</');
  });

  it('names nothing outside itself, but for pages of its stages beside it', () => {
    const own = html
      .replaceAll('http://www.w3.org/2000/svg', '')
      .replace(/<a href="reports\/[a-z]+\.html">/g, '');
    expect(own).not.toMatch(/https?:|\/\/[a-z]|<script|<link|<img|<iframe|<a |\ssrc=|\shref=|url\(|@import/i);
  });

  it('is well-formed: every element that opens closes, in order', () => {
    expectWellFormed(html);
  });

  it('gives every picture a name for those who cannot see it', () => {
    const pictures = html.match(/<svg[^>]*>/g) ?? [];
    if (!PLAIN_PAGES.has(name)) expect(pictures.length).toBeGreaterThan(1);
    for (const picture of pictures) expect(picture).toMatch(/aria-label="[^"]+"|aria-hidden="true"/);
  });

  it('has one title, headings without a gap, and a word in the head of every column', () => {
    const levels = [...html.matchAll(/<h([1-6])[ >]/g)].map(([, level]) => Number(level));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [at, level] of levels.entries()) expect(level - (levels[at - 1] ?? 0)).toBeLessThan(2);
    for (const [, attributes, inside] of html.matchAll(/<th( [^>]*)?>(.*?)<\/th>/g)) {
      expect(attributes).toMatch(/scope="(col|row)"/);
      expect(inside!.replace(/<[^>]*>/g, '')).not.toBe('');
    }
    expect(html).toContain('<html lang="en">');
  });

  it('lets keys scroll what is wider than the page', () => {
    for (const [region] of html.matchAll(/<div class="scroll" [^>]*>/g))
      expect(region).toMatch(/tabindex="0" role="region" aria-label="[^"]+"/);
  });

  it('is no larger than a picture from a telephone', () => {
    expect(html.length).toBeLessThan(70_000);
  });
});

describe('hostile names', () => {
  const keep = new Set([
    'binary',
    'numeric',
    'categorical',
    'reference',
    'current',
    'ks',
    'js',
    'chi2',
    'feature',
  ]);
  it('stay text on the evaluation page', () => {
    const report = poison<EvaluateReport>(
      { ...EVALUATION, slices: [{ ...EVALUATION.slices[0]!, by: { [HOSTILE]: HOSTILE } }] },
      keep,
    );
    expectHarmless(renderEvaluatePage(report, poison(EVALUATION_DETAILS, keep), poison(GATES, keep)));
  });

  it('stay text on the drift page', () => {
    expectHarmless(renderDriftPage(poison<DriftReport>(DRIFT, keep), poison(DRIFT_DETAILS, keep)));
  });

  it('stay text on the explanation page', () => {
    const kept = new Set([...keep, 'probability', 'permutation', 'worst', 'data']);
    const report = poison<ExplainReport>(EXPLANATION, kept);
    const local = EXPLANATION_DETAILS.local.map((each) => ({ ...each, values: { [HOSTILE]: HOSTILE } }));
    const details = poison<ExplainDetails>({ ...EXPLANATION_DETAILS, local }, kept);
    expectHarmless(renderExplainPage(report, details));
  });

  it('stay text on the pages of validation, data, checks and smoke tests', () => {
    const kept = new Set([
      ...keep,
      ...['mlops.check/1', 'mlops.smoke/1', 'pass', 'fail', 'warn', 'skipped', 'int64', 'string', 'column'],
    ]);
    expectHarmless(renderValidatePage(poison(VALIDATION, kept)));
    expectHarmless(renderExplorePage(poison(EXPLORATION, kept)));
    expectHarmless(renderFindingsPage(poison(CHECK, kept)));
    expectHarmless(renderFindingsPage(poison(SMOKE, kept)));
  });

  it('stay text on the page of the pipeline', () => {
    const kinds = PIPELINE.stages.map(({ report }) => String(report?.['schema']));
    const states = ['fresh', 'stale', 'max', 'stage', 'data', 'retrain', 'labels'];
    const kept = new Set([...keep, ...kinds, ...states, 'reports/judge.html']);
    const graph = {
      ...GRAPH,
      nodes: GRAPH.nodes.map((each) => ({ ...each, label: HOSTILE, action: HOSTILE })),
    };
    const view = poison(PIPELINE, kept);
    expectHarmless(renderPipelinePage({ ...view, graph }));
  });

  function expectHarmless(html: string): void {
    expect(html).toContain('&lt;script&gt;alert(1)');
    expect(html).not.toMatch(/<script|<img|\u202e/);
    expect(html).not.toContain('\u0007');
    // Outside of tags no quote ends an attribute; inside, every value is closed by the quote that opened it.
    for (const [tag] of html.matchAll(/<[a-z][^>]*>/g))
      expect(tag).toMatch(/^<[a-z0-9]+(\s[a-zA-Z0-9-]+="[^"<>]*")*>$/);
  }
});

describe('reports with little in them', () => {
  it('make a page without details', () => {
    expect(renderEvaluatePage(EVALUATION, undefined)).not.toContain('Curves');
    expect(renderDriftPage(DRIFT, undefined)).not.toContain('Distributions');
    expect(renderExplainPage(EXPLANATION, undefined)).not.toContain('Single rows');
  });

  it('make a page when nothing could be measured', () => {
    const html = renderDriftPage(
      {
        ...DRIFT,
        columns: [],
        predictions: null,
        target: null,
        performance: null,
        advice: {
          ...DRIFT.advice,
          probability: { ...DRIFT.advice.probability, value: null, reason: 'no labels' },
        },
      },
      { ...DRIFT_DETAILS, histograms: [], chunks: [], realised: [], estimates: [], columns: [] },
    );
    expect(html).toContain('No probability: no labels.');
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('hold no number that is none, whatever is null', () => {
    const nothing = Object.fromEntries(Object.keys(EVALUATION.metrics).map((name) => [name, null]));
    const html = renderEvaluatePage(
      { ...EVALUATION, metrics: nothing, intervals: {}, confusion: null, classes: [], slices: [] },
      { ...EVALUATION_DETAILS, roc: [], pr: [], calibration: [], scores: [] },
    );
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('make a page of an explanation of which nothing could be', () => {
    const html = renderExplainPage(
      { ...EXPLANATION, importance: null, shap: null, pdp: null, surrogate: null, findings: [] },
      { ...EXPLANATION_DETAILS, shap: [], pdp: [], pairs: [], local: [] },
    );
    expect(html).toContain('Explains the probability of');
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('draw a matrix of a dozen classes over the whole width, with small cells and whole percents', () => {
    const labels = Array.from({ length: 12 }, (_, at) => `class number ${at}`);
    const counts = labels.map((_label, row) =>
      labels.map((_other, to) => (row === to ? 999 : Number(to === 0))),
    );
    const html = renderEvaluatePage(
      { ...EVALUATION, task: 'multiclass', confusion: { labels, true_by_predicted: counts } },
      EVALUATION_DETAILS,
    );
    expect(html).toContain('class="confusion many"');
    expect(html).toContain('<div class="whole">');
    expect(html).toContain('<th scope="row" title="class number 11">');
    expect(html).toContain('&lt; 1 %');
  });

  it('show what the report does not name as others, once', () => {
    const unnamed = DRIFT_DETAILS.histograms.map((each) =>
      each.categories ? { ...each, categories: [...each.categories.slice(0, -1), '__other__'] } : each,
    );
    const html = renderDriftPage(DRIFT, { ...DRIFT_DETAILS, histograms: unnamed });
    expect(html).not.toContain('__other__');
    expect(html).toContain('>others<');
  });

  it('keep whiskers inside their picture, however far the values lie', () => {
    const far = DRIFT.columns.map((column) =>
      column.quantiles
        ? { ...column, quantiles: { ...column.quantiles, current: [-1e6, -1e5, 0, 1e5, 1e6] } }
        : column,
    );
    const even = DRIFT_DETAILS.histograms.map((each) =>
      each.edges ? { ...each, edges: each.edges.map((_, at) => at) } : each,
    );
    const html = renderDriftPage({ ...DRIFT, columns: far }, { ...DRIFT_DETAILS, histograms: even });
    const ends = [...html.matchAll(/cur-stroke" x1="([-\d.]+)" x2="([-\d.]+)"/g)].flatMap(([, a, b]) => [
      Number(a),
      Number(b),
    ]);
    expect(ends.length).toBeGreaterThan(0);
    for (const end of ends) expect(Math.abs(end)).toBeLessThanOrEqual(600);
  });

  it('put a column with missing values before those that are well', () => {
    const [first] = DRIFT.columns;
    const column = (name: string, status: 'pass' | 'warn') => ({
      ...first!,
      column: name,
      status,
      drifted: false,
    });
    const html = renderDriftPage(
      { ...DRIFT, columns: [column('well', 'pass'), column('holes', 'warn')] },
      DRIFT_DETAILS,
    );
    expect(html.indexOf('>holes')).toBeLessThan(html.indexOf('>well'));
  });

  it('draw regression and many classes', () => {
    const labels = Array.from({ length: 20 }, (_, at) => at);
    const html = renderEvaluatePage(
      {
        ...EVALUATION,
        task: 'multiclass',
        confusion: { labels, true_by_predicted: labels.map((row) => labels.map((to) => row * to)) },
      },
      {
        ...EVALUATION_DETAILS,
        regression: {
          residuals: { edges: [-2, -1, 0, 1, 2], counts: [1, 5, 6, 1] },
          by_prediction: [
            { predicted: 1, actual: 1.1, count: 10 },
            { predicted: 2, actual: 1.9, count: 3 },
          ],
        },
      },
    );
    expect(html).toContain('taken for');
    expect(html).toContain('prediction − truth');
  });
});

describe('the page of a report', () => {
  it('is found by its schema', () => {
    const json = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value));
    expect(renderReportPage(json(EVALUATION), json(EVALUATION_DETAILS), GATES)).toBe(PAGES.evaluate);
    expect(renderReportPage(json(DRIFT), json(DRIFT_DETAILS))).toBe(PAGES.drift);
    expect(renderReportPage({ schema: 'mlops.profile/1' }, null)).toBeUndefined();
  });
});
