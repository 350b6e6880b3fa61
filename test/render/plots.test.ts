import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Figure } from '../../src/plots/figure.ts';
import { renderPlotsPage } from '../../src/render/plots/page.ts';
import { SERIES_COLORS } from '../../src/render/plots/style.ts';
import { svgFiles } from '../../src/render/plots/svg-file.ts';
import { renderPlotsText, renderPlotTroubles } from '../../src/render/plots/text.ts';
import { PLAIN, styleOf } from '../../src/render/terminal.ts';
import { nearest } from './color-vision.ts';
import { expectGolden } from './golden.ts';
import { pageWords } from './page-words.ts';
import { EIGHT, REVISIONS, SAMPLES, SINGLE } from './plots-samples.ts';
import { expectWellFormed } from './well-formed.ts';

const PAGE = renderPlotsPage({ ...SAMPLES, revisions: REVISIONS, script: '' });
const HOSTILE =
  '</title></script><script>alert(1)</script><img src=x onerror=alert(1)>"\' onload=x \u202e\u0007';

const words = (html: string): string => pageWords(html, 'h1 h2 h3 p tr li text span'.split(' '));

describe('the page of plots', () => {
  it('says what the files say', () => {
    expectGolden('plots-page.txt', words(PAGE));
  });

  it('allows exactly its own style sheet and script, and nothing else', () => {
    const hash = (tag: string): string =>
      createHash('sha256')
        .update(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(PAGE)![1]!)
        .digest('base64');
    expect(PAGE).toContain(
      `content="default-src &#39;none&#39;; style-src &#39;sha256-${hash('style')}&#39;; script-src &#39;sha256-${hash('script')}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`,
    );
    expect(PAGE.match(/<script/g)).toHaveLength(1);
    expect(PAGE).not.toMatch(/<[^>]*\sstyle=/);
  });

  it('names nothing outside itself', () => {
    expect(PAGE.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(
      /https?:|<link|<img|<iframe|<a |\ssrc=|\shref=|url\(|@import/i,
    );
  });

  it('is well-formed, and gives every picture a name for those who cannot see it', () => {
    expectWellFormed(PAGE.replace(/<script>[\s\S]*<\/script>/, ''));
    for (const picture of PAGE.match(/<svg[^>]*>/g) ?? [])
      expect(picture).toMatch(/aria-label="[^"]+"|aria-hidden="true"/);
  });

  it('is the same for the same plots', () => {
    expect(renderPlotsPage({ ...SAMPLES, revisions: REVISIONS, script: '' })).toBe(PAGE);
  });

  it('leaves hostile names text', () => {
    const poisoned = SAMPLES.figures.map((figure) => poison(figure));
    const html = renderPlotsPage({
      figures: poisoned,
      troubles: [{ rev: HOSTILE, file: HOSTILE, kind: 'absent', problem: HOSTILE }],
      revisions: [HOSTILE, HOSTILE],
      script: '',
    });
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/<img|\u202e/);
    for (const [tag] of html.replace(/<script>[\s\S]*<\/script>/, '').matchAll(/<[a-z][^>]*>/g))
      expect(tag).toMatch(/^<[a-z0-9]+(\s[a-zA-Z0-9-]+="[^"<>]*")*>$/);
    for (const { text, name } of svgFiles(poisoned)) {
      expect(text).not.toMatch(/<script|<img|\u202e/);
      expect(name).not.toMatch(/[/\\<>"' ]/);
    }
  });
});

/** Every text but those that say what is what. */
function poison<T>(value: T): T {
  const keep = ['lines', 'scatter', 'bars', 'confusion', 'linear', 'log', 'smooth', 'roc'];
  if (typeof value === 'string') return (keep.includes(value) ? value : HOSTILE) as T;
  if (Array.isArray(value)) return value.map((each) => poison(each)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, poison(each)])) as T;
}

describe('an SVG file', () => {
  const files = svgFiles(SAMPLES.figures);

  it('is one for each picture, under a name that any file system takes', () => {
    expect(files.map(({ name }) => name)).toEqual([
      'Loss.svg',
      'accuracy.svg',
      'Confusion-main.svg',
      'Confusion-calm-otter.svg',
      'Confusion-shares-main.svg',
      'Confusion-shares-calm-otter.svg',
      'ROC.svg',
      'Weights.svg',
      'Dots.svg',
    ]);
    const again = svgFiles([SINGLE.figures[0]!, SINGLE.figures[0]!]);
    expect(again.map(({ name }) => name)).toEqual(['Loss.svg', 'Loss-2.svg']);
  });

  it.each(['Loss', 'accuracy', 'Confusion-main', 'ROC', 'Weights', 'Dots'])(
    'of %s is drawn as before',
    (name) => {
      const { text } = files.find((each) => each.name === `${name}.svg`)!;
      expectWellFormed(text);
      expect(text).not.toMatch(/var\(--|data-|NaN|undefined/);
      expectGolden(`plots-${name.toLowerCase()}.svg`, text);
    },
  );
});

describe('plots on a terminal', () => {
  it('are a line a series', () => {
    expectGolden(
      'plots.txt',
      renderPlotsText(SAMPLES.figures, PLAIN) + renderPlotTroubles(SAMPLES.troubles, PLAIN),
    );
    expectGolden('plots-single.txt', renderPlotsText(SINGLE.figures, PLAIN));
  });

  it('need no Unicode', () => {
    const ascii = styleOf({ write: () => {} }, { LC_ALL: 'C' }, 'linux');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
    expect(renderPlotsText(SAMPLES.figures, ascii).replace('±', '')).toMatch(/^[\x00-\x7f]*$/);
  });
});

describe('eight series', () => {
  it('have eight colours, told apart also without red, green or blue cones', () => {
    expect(nearest(SERIES_COLORS.light)).toBeGreaterThan(0.1);
    expect(nearest(SERIES_COLORS.dark)).toBeGreaterThan(0.1);
    // Such a difference means something: the colours of a common palette are nearer.
    expect(
      nearest(['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b', '#e377c2', '#7f7f7f']),
    ).toBeLessThan(0.05);
  });

  it('have eight markers', () => {
    const [figure] = EIGHT.figures as [Figure];
    const { text } = svgFiles([figure])[0]!;
    expect(new Set([...text.matchAll(/class="mark" d="([^"]+)"/g)].map(([, shape]) => shape)).size).toBe(8);
  });
});
