import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folded, image, link, list, log, paragraph, table } from '../../../src/render/markdown/blocks.ts';
import { code, Markdown, md } from '../../../src/render/markdown/text.ts';
import { visible } from '../../../src/render/text-width.ts';
import { HOSTILE } from '../hostile.ts';
import { LINKED, shown } from '../shown.ts';

/** As it should be read: one line, what steers a screen replaced, our own breaks not seen. */
const readable = (text: string): string =>
  seen(
    visible(text.replace(/\p{Surrogate}/gu, '\ufffd').replace(/[\s\u2028\u2029]+/g, ' ')).replace(
      /\u061c/g,
      '\ufffd',
    ),
  );
const seen = (text: string): string =>
  text
    .replace(/\u200b/g, '')
    .replace(/\s+/g, ' ')
    .trim();

const dense = (text: string): string => seen(text).replaceAll(' ', '');

const pieces = [
  ...'`|\\<>&*_[]()#!@$~^{}:/-+.;"\'= \n\t',
  'a',
  'B',
  '1',
  '#1',
  '@a',
  'www.a.b',
  'http://a',
  'a@b.co',
  '<b>',
  '</p>',
  '&amp;',
  '&#64;',
  '```',
  '||',
  '\\|',
  '![',
  '](',
  '<!--',
  '-->',
  'deadbee',
  ':a:',
  '\u00e9',
];
const nasty = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((all) => all.join(''));
const texts = fc.oneof(
  nasty,
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(...HOSTILE.filter(({ length }) => length < 300)),
);

it('a log of nothing but backticks stays a log, however long', () => {
  const lines = Array.from({ length: 5_000 }, () => '` '.repeat(100));
  expect(log(lines).text.split('\n')).toHaveLength(5_003);
});

describe('a name', () => {
  it('stands as code, as it is, wherever it stands', () => {
    fc.assert(
      fc.property(texts, (name) => {
        const expected = readable(name) || '(empty)';
        const long = [...expected].length > 80;
        for (const place of [
          paragraph(md`is ${code(name)}.`),
          list([md`is ${code(name)}.`]),
          table([{ title: 'a' }, { title: 'b' }], [[md`is ${code(name)}.`, '-']]),
        ]) {
          const { text, tags, plain } = shown(place.text);
          if (!long) expect(dense(text)).toContain(dense(`is ${expected}.`));
          expect(tags.filter((tag) => !/^(p|ul|li|code|table|thead|tbody|tr|th|td)$/.test(tag))).toEqual([]);
          expect(tags.filter((tag) => tag === 'td').length % 2).toBe(0);
          expect(plain.filter((each) => LINKED.test(each))).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('is cut in its middle where it is very long', () => {
    expect(code('x'.repeat(500)).text).toMatch(/^`x{39}…x{39}`$/);
  });
});

describe('a sentence', () => {
  it('is text as it is, in which nothing can be linked', () => {
    fc.assert(
      fc.property(texts, (sentence) => {
        for (const place of [
          paragraph(md`is: ${sentence}`),
          list([md`is: ${sentence}`]),
          table([{ title: 'a' }, { title: 'b' }], [[md`is: ${sentence}`, '-']]),
          folded(`is: ${sentence}`, md`nothing`),
        ]) {
          const { text, tags, plain } = shown(place.text);
          expect(seen(text)).toContain(`is: ${readable(sentence)}`.trim());
          expect(
            tags.filter((tag) => !/^(p|ul|li|code|table|thead|tbody|tr|th|td|details|summary)$/.test(tag)),
          ).toEqual([]);
          expect(tags.filter((tag) => tag === 'td').length % 2).toBe(0);
          expect(plain.filter((each) => LINKED.test(each))).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('a log', () => {
  it('stays inside its fence, whatever was printed', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 6 }), (lines) => {
        const { tags, text } = shown(folded('log', joinedWith(log(lines), paragraph(md`after`))).text);
        expect(tags).toEqual(['details', 'summary', 'pre', 'code class="language-text"', 'p']);
        expect(text.trimEnd().endsWith('after')).toBe(true);
      }),
    );
  });

  it('gives no commands to the runner of GitHub, to GitLab, or to us', () => {
    const { text } = log(['::error::x', '  ::add-mask::x', '/close', 'x ##[error]y', '<!-- mlops:ci -->']);
    expect(text).not.toMatch(/^\s*::|^\s*\/|##\[|<!--/m);
  });
});

describe('links and pictures', () => {
  it('lead to web pages alone', () => {
    for (const bad of [
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'x',
      '',
      'https://me:secret@a.b/',
    ])
      expect([link('page', bad).text, image('picture', bad)]).toEqual(['page', undefined]);
  });

  it('stay one link to one address', () => {
    const odd = 'https://a.b/c_d_(e)?x=<y>&copy;=2|3`4\\[5]"6 \'7';
    for (const text of HOSTILE) {
      const { tags } = shown(paragraph(md`${link(`page ${text}`, odd)} ${image(text, odd)!}`).text);
      expect(tags.filter((tag) => !/^(p|code)$/.test(tag)).map((tag) => tag.split(' ')[0])).toEqual([
        'a',
        'img',
      ]);
      expect(tags.join('\n')).not.toMatch(/="[^"]*"(?! (src|alt)=|$)/m);
    }
  });
});

function joinedWith(...parts: readonly Markdown[]): Markdown {
  return new Markdown(parts.map(({ text }) => text).join('\n'));
}
