import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderPipelineMarkdown } from '../../src/render/pipeline/markdown.ts';
import { renderPipelinePage } from '../../src/render/pipeline/page.ts';
import type { PipelineView } from '../../src/render/pipeline/types.ts';
import { renderPipelineStatus, verdictOf } from '../../src/render/pipeline/verdict.ts';
import { visible } from '../../src/render/text-width.ts';
import { COMMENTS, EVERYTHING, poisoned } from './comment-samples.ts';
import { expectGolden } from './golden.ts';
import { HOSTILE } from './hostile.ts';
import { LINKED, type Shown, shown } from './shown.ts';

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
