import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderPipelineIssue } from '../../src/render/pipeline/issue.ts';
import { renderPipelineMarkdown } from '../../src/render/pipeline/markdown.ts';
import { renderPipelinePage } from '../../src/render/pipeline/page.ts';
import { renderPipelineProposal } from '../../src/render/pipeline/proposal.ts';
import type { PipelineView } from '../../src/render/pipeline/types.ts';
import { renderPipelineStatus, verdictOf } from '../../src/render/pipeline/verdict.ts';
import { visible } from '../../src/render/text-width.ts';
import { COMMENTS, EVERYTHING, poisoned } from './comment-samples.ts';
import { expectGolden } from './golden.ts';
import { HOSTILE } from './hostile.ts';
import { LINKED, type Shown, shown } from './shown.ts';

const WATCH = COMMENTS['a broken gate']!.stages.find(({ said }) => said?.advice)!;
const bytes = (text: string): number => Buffer.byteLength(text);
const first = (text: string): string => text.slice(0, text.indexOf('\n'));

/** Below the commit, whatever a path says. */
function isFile(address: string, files: string | null): boolean {
  return files !== null && address.startsWith(files) && new URL(address).href.startsWith(files);
}

/** Nothing but what we made: our elements, our links, no text that a host would link. */
function expectOurs({ tags, plain }: Shown, { links, images }: PipelineView): void {
  const addresses = [links.page, links.job, ...images.map(({ url }) => url)];
  const allowed =
    /^(h3|p|ul|li|strong|em|code|code class="language-(text|mermaid)"|pre|table|thead|tbody|tr|th|td|br|sub|details( open)?|summary)$/;
  const others = tags.filter((tag) => !allowed.test(tag));
  for (const tag of others) {
    const [, kind, address] = /^(a href|img src)="([^"]*)"( alt="[^"]*")?$/.exec(tag) ?? [];
    expect({
      tag,
      ours: kind !== undefined && (addresses.includes(address!) || isFile(address!, links.files)),
    }).toEqual({ tag, ours: true });
  }
  expect(plain.filter((each) => LINKED.test(each))).toEqual([]);
}

describe.each(Object.entries(COMMENTS))('the comment on %s', (name, view) => {
  const comment = renderPipelineMarkdown(view);

  it('says what it should', () => {
    if (name === '200 stages') return expect(comment.split('\n').length).toBeLessThan(700);
    expectGolden(`comment-${name.replaceAll(' ', '-')}.md`, comment);
  });

  it('holds nothing but what we made, and closes all that it opens', () => {
    expectOurs(shown(comment), view);
  });

  it('is the same out of JSON, and without the reports themselves', () => {
    const read = JSON.parse(JSON.stringify(view)) as PipelineView;
    const bare = { ...read, stages: read.stages.map((each) => ({ ...each, report: null })) };
    expect(renderPipelineMarkdown(read)).toBe(comment);
    expect(renderPipelineMarkdown(bare)).toBe(comment);
    expect(renderPipelinePage(bare)).toBe(renderPipelinePage(view));
    expect(renderPipelineStatus(bare)).toBe(renderPipelineStatus(view));
  });

  it('has no table of more than three columns: a phone is narrow', () => {
    for (const line of comment.split('\n').filter((each) => /^\| -/.test(each)))
      expect(line.match(/\| [-:]+/g)!.length).toBeLessThan(4);
  });
});

describe('metrics', () => {
  const view = COMMENTS['a good change']!;
  const metrics = ['precision', 'recall', 'f1', 'brier_score', 'accuracy', 'roc_auc'].map((key) => ({
    file: 'reports/judge.json',
    key,
    was: 0.8,
    now: 0.79,
    better: false,
    interval: [0.7, 0.9] as const,
    chance: key === 'roc_auc' ? ('beyond' as const) : ('within' as const),
  }));

  it('that may be chance are folded, unless a stage names them', () => {
    const stages = view.stages.map((each) => ({ ...each, headlines: [{ name: 'accuracy', value: 0.79 }] }));
    const comment = renderPipelineMarkdown({ ...view, stages, changes: { ...view.changes, metrics } });
    const [open, folded] = comment.split(
      '<details><summary>4 more metrics: no change beyond chance</summary>',
    );
    expect(open).toMatch(/\| ROC AUC .*\n\| accuracy .*\n\n$/);
    expect(folded).toContain('| brier score |');
  });
});

describe('the place of a broken gate', () => {
  const { links, ...view } = COMMENTS['a broken gate']!;
  const at = (where: string, files: string | null = links.files) => {
    const stages = view.stages.map((each) =>
      each.gates ? { ...each, gates: { ...each.gates, broken: [{ text: 'no', where }] } } : each,
    );
    return renderPipelineMarkdown({ ...view, stages, links: { ...links, files } });
  };

  it('is a link to the line at the commit', () => {
    expect(at('sub dir/pipeline.yaml:34')).toContain(
      `[\`sub dir/pipeline.yaml:34\`](<${links.files}sub%20dir/pipeline.yaml#L34>)`,
    );
  });

  it.each(['../../../evil:1', '/etc/passwd:1', './x:1', 'a//b:1', '%2e%2e/%2e%2e/x:1'])(
    'that is no path of the repository, %s, leads nowhere else',
    (where) => {
      const [, address] = /\]\(<(\S+)#L1>\)/.exec(at(where)) ?? [];
      expect(address === undefined || new URL(address).href.startsWith(links.files!)).toBe(true);
    },
  );

  it('is no link where nobody shows files', () => {
    expect(at('pipeline.yaml:34', null)).toContain(' · `pipeline.yaml:34`\n');
  });
});

describe('what is posted besides', () => {
  const view = COMMENTS['a broken gate']!;

  it('is an issue that says what to do', () => {
    for (const about of ['drift', 'gate'] as const) {
      const { title, body } = renderPipelineIssue(view, about, {});
      expectGolden(`issue-${about}.md`, `# ${title}\n\n${body.slice(0, body.indexOf('**`bikes`**'))}`);
      expectOurs(shown(body), view);
    }
  });

  it('is a pull request that says what merging it does', () => {
    const { title, body } = renderPipelineProposal(view, 'main', 'mlops');
    expectGolden('proposal.md', `# ${title}\n\n${body.slice(0, body.indexOf('**`bikes`**'))}`);
    expectOurs(shown(body), view);
  });

  it.each(HOSTILE.map((text) => [JSON.stringify(text).slice(0, 60), text]))(
    'is harmless with %s',
    (_, text) => {
      const odd = poisoned(view, () => text);
      for (const about of ['drift', 'gate'] as const) {
        const issue = renderPipelineIssue(odd, about, { limit: 20_000 });
        expect(issue.title).not.toMatch(/[\n\r]/);
        expect([...issue.title].length).toBeLessThanOrEqual(200);
        expect(bytes(issue.body)).toBeLessThanOrEqual(20_000);
        expectOurs(shown(issue.body), odd);
      }
      expectOurs(shown(renderPipelineProposal(odd, text, text).body), odd);
    },
  );
});

describe('the verdict', () => {
  it.each([
    [
      'nothing changed',
      'good',
      'Nothing changed: 3 stages fresh, 41.0 s saved by the run cache, gates 8/8 hold',
    ],
    ['a good change', 'good', 'Gates 8/8 hold, ROC AUC 0.884 → 0.912, better'],
    ['a broken gate', 'bad', 'A gate is broken: recall 0.965 is under min 0.99 (judge)'],
    ['a failed stage', 'bad', 'Failed: train (its command ended with exit code 1)'],
    ['the first run', 'good', 'Gates 8/8 hold'],
  ])('on %s', (name, tone, words) => {
    expect(verdictOf(COMMENTS[name]!)).toEqual({ tone, words });
  });

  it('tells a cancelled run from one that failed', () => {
    const { run, ...view } = COMMENTS['a failed stage']!;
    expect(verdictOf({ ...view, run: { ...run!, exit: 'terminated' } }).words).toBe(
      'Cancelled: 0 of 3 stages done',
    );
  });

  it('says why nothing was run', () => {
    const view = COMMENTS['nothing changed']!;
    const failure = { exit: 'config', message: 'secrets are at hand, and the head lies in a fork' } as const;
    const run = { ...view.run!, exit: 'config', failures: [failure] } as const;
    expect(verdictOf({ ...view, run }).words).toBe(`Failed: ${failure.message}`);
    const none = { ...view, stages: [], graph: { nodes: [], edges: [] }, run };
    expect(verdictOf(none).words).toBe(`Nothing was run: ${failure.message}`);
    const helped = { ...none, run: { ...run, failures: [{ ...failure, help: 'post it elsewhere' }] } };
    // Said once, and what to do beside it.
    expect(renderPipelineMarkdown(helped).split(failure.message)).toHaveLength(2);
    expect(renderPipelineMarkdown(helped)).toContain('post it elsewhere');
    const page = renderPipelinePage(helped);
    expect(page).toContain('Nothing was run.');
    expect(page).toContain('post it elsewhere');
    expect(page).not.toContain('>Stages</h2>');
  });

  it('is of the stage that failed, and not of those that it took down', () => {
    const { stages, ...view } = COMMENTS['a failed stage']!;
    const down = stages.map((each) =>
      each.run?.outcome === 'blocked'
        ? { ...each, run: { ...each.run, outcome: 'cancelled' as const } }
        : each,
    );
    expect(verdictOf({ ...view, stages: down }).words).toMatch(/^Failed: train /);
  });

  it('names all that advise the most urgent', () => {
    const view = COMMENTS['a good change']!;
    const advising = (stage: string, decision: 'investigate' | 'retrain') => {
      const said = { ...WATCH.said!, advice: { ...WATCH.said!.advice!, decision } };
      return { ...WATCH, stage, said };
    };
    const stages = [advising('a', 'investigate'), advising('b', 'retrain'), advising('c', 'retrain')];
    expect(verdictOf({ ...view, stages }).words).toMatch(/, but b, c advise: retrain$/);
  });

  it('counts one metric of many files, and says where none is sure', () => {
    const view = COMMENTS['a good change']!;
    const of = (metrics: PipelineView['changes']['metrics']) =>
      verdictOf({ ...view, changes: { ...view.changes, metrics } }).words;
    const rmse = (file: string, now: number) => ({ file, key: 'rmse', was: 2, now, better: now < 2 });
    expect(of([rmse('a.json', 1), rmse('b.json', 1), rmse('c.json', 3)])).toBe(
      'Gates 8/8 hold, 1 metric worse, 2 metrics better',
    );
    const chance = { ...rmse('a.json', 1), interval: [0, 3], chance: 'within' } as const;
    expect(of([chance])).toBe('Gates 8/8 hold, no metric changed beyond chance');
  });

  it('calls nothing worse that looks the same', () => {
    const view = COMMENTS['a good change']!;
    const metrics = [{ file: 'a.json', key: 'rmse', was: 2, now: 2.000_001, better: false }];
    const same = { ...view, changes: { ...view.changes, metrics } };
    expect(verdictOf(same).words).toBe('Gates 8/8 hold');
    expect(renderPipelineMarkdown(same)).not.toContain('worse');
    expect(renderPipelinePage(same)).not.toContain('worse');
  });

  it('fits where a host takes 140 characters', () => {
    for (const text of HOSTILE) {
      const status = renderPipelineStatus(poisoned(EVERYTHING, () => text));
      expect(status.length).toBeLessThanOrEqual(140);
      expect(status).toBe(visible(status));
    }
  });
});

describe('hostile names', () => {
  it.each(HOSTILE.map((text) => [JSON.stringify(text).slice(0, 60), text]))('%s', (_, text) => {
    const view = poisoned(EVERYTHING, () => text);
    expectOurs(shown(renderPipelineMarkdown(view)), view);
    // Log lines are cut where the report says so; nothing in them or elsewhere is read by a program.
    expect(renderPipelineMarkdown(view)).not.toMatch(/^\s*::|##\[|<!--|^\s*\/\w/m);
    expect(renderPipelinePage(view)).not.toMatch(
      /<script|<img(?! src="[\w%.'!()*~-]*(\/[\w%.'!()*~-]*)*" alt="[^"]*">)/,
    );
  });
});

describe('what a stranger wrote', () => {
  it('is drawn, however deep, long, or wrong its numbers are', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    const long = 'x@y '.repeat(500_000);
    const view = poisoned(EVERYTHING, () => long);
    const odd: PipelineView = {
      ...view,
      changes: {
        ...view.changes,
        params: [{ file: 'p', key: 'k', was: deep as never, now: null }],
        metrics: [
          {
            file: 'm',
            key: 'k',
            was: deep as never,
            now: 1e308,
            interval: [-1e308, 1e308],
            chance: 'within',
          },
        ],
      },
      run: { ...view.run!, ms: -1, savedMs: 1e300, pushed: { objects: 1e21, bytes: 1e300, runs: 0, to: '' } },
      graph: { nodes: view.graph.nodes, edges: [{ from: 'nowhere', to: 'nowhere' }] },
    };
    const comment = renderPipelineMarkdown(odd);
    expect(bytes(comment)).toBeLessThan(65_536);
    expectOurs(shown(comment), view);
    expect(/.{0,60}(NaN|undefined|Infinity).{0,40}/.exec(comment)?.[0]).toBeUndefined();
  });
});

describe('the limit', () => {
  const repeated = <T>(items: readonly T[], times: number): T[] =>
    Array.from({ length: times }, () => items).flat();
  const large = (times: number): PipelineView => ({
    ...EVERYTHING,
    stages: repeated(EVERYTHING.stages, times),
    changes: {
      data: repeated(EVERYTHING.changes.data, times),
      params: repeated(EVERYTHING.changes.params, times),
      metrics: repeated(EVERYTHING.changes.metrics, times),
    },
    images: repeated(EVERYTHING.images, times),
  });

  it('is kept, with the verdict, by leaving out whole parts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 4096, max: 70_000 }),
        fc.infiniteStream(fc.constantFrom(...HOSTILE, 'plain', 'plain', 'plain')),
        (times, limit, texts) => {
          const view = poisoned(large(times), () => texts.next().value!);
          const comment = renderPipelineMarkdown(view, { limit });
          expect(bytes(comment)).toBeLessThanOrEqual(limit);
          expect(first(comment)).toBe(first(renderPipelineMarkdown(view, { limit: 1_048_576 })));
          expectOurs(shown(comment), view);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('leaves out the least important first, and says what and where it is', () => {
    const wide = renderPipelineMarkdown(large(40), { limit: 65_536 });
    expect(wide).not.toContain('Left out for length');
    const narrow = renderPipelineMarkdown(large(40), { limit: 6000 });
    expect(narrow).toMatch(/\*Left out for length: .*graph.*; they are in the \[full report\]\(<https:/);
    expect(narrow).toContain('✖');
    expect(narrow).toContain('failed after');
  });
});
