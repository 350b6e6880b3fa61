import { describe, expect, it } from 'vitest';
import { renderMarkdownTable, renderTable } from '../../src/render/table.ts';
import { PLAIN, speaksUnicode, styleOf, wantsColor, wantsLive } from '../../src/render/terminal.ts';
import { padStart, textWidth, truncate, visible } from '../../src/render/text-width.ts';

const tty = { isTTY: true, columns: 100, write: () => true };
const pipe = { write: () => true };

describe('what a stream can show', () => {
  it.each([
    ['a terminal', tty, {}, true],
    ['a pipe', pipe, {}, false],
    ['NO_COLOR on a terminal', tty, { NO_COLOR: '1' }, false],
    ['an empty NO_COLOR', tty, { NO_COLOR: '' }, true],
    ['NO_COLOR over FORCE_COLOR', tty, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['FORCE_COLOR on a pipe', pipe, { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR=0 on a terminal', tty, { FORCE_COLOR: '0' }, false],
    ['a dumb terminal', tty, { TERM: 'dumb' }, false],
    ['a CI log that shows colour', pipe, { GITHUB_ACTIONS: 'true' }, true],
    ['a CI log that may not', pipe, { CI: 'true' }, false],
  ])('colour: %s', (_name, stream, env, expected) => {
    expect(wantsColor(stream, env)).toBe(expected);
  });

  it.each([
    ['a terminal', tty, {}, true],
    ['a pipe', pipe, {}, false],
    ['CI on a terminal', tty, { CI: '1' }, false],
    ['CI=false', tty, { CI: 'false' }, true],
    ['a dumb terminal', tty, { TERM: 'dumb' }, false],
  ])('live view: %s', (_name, stream, env, expected) => {
    expect(wantsLive(stream, env)).toBe(expected);
  });

  it.each([
    ['linux', {}, true],
    ['linux', { LANG: 'de_DE.UTF-8' }, true],
    ['linux', { LANG: 'C' }, false],
    ['linux', { LANG: 'C.UTF-8', LC_ALL: 'POSIX' }, false],
    ['linux', { TERM: 'linux', LANG: 'C.UTF-8' }, false],
    ['win32', {}, false],
    ['win32', { WT_SESSION: 'x' }, true],
  ])('symbols on %s with %j', (platform, env, expected) => {
    expect(speaksUnicode(env, platform)).toBe(expected);
    expect(styleOf(pipe, env, platform).symbols.done).toBe(expected ? '✔' : '+');
  });
});

describe('text on a terminal', () => {
  it('is as wide as its cells', () => {
    expect(['abc', '\u001b[31mabc\u001b[0m', '日本', 'é', 'e\u0301', '👍'].map(textWidth)).toEqual([
      3, 3, 4, 1, 1, 2,
    ]);
  });

  it('is cut and padded by cells', () => {
    expect(truncate('日本語テキスト', 7)).toBe('日本語…');
    expect(truncate('short', 5)).toBe('short');
    expect(truncate('long text', 2, '...')).toBe('');
    expect(padStart('日', 4)).toBe('  日');
  });

  it('shows control characters and reordering marks as what they are: nothing to obey', () => {
    expect(visible('a\u202eb\u0000c\td\u001b[31me')).toBe('a\ufffdb\ufffdc    de');
  });
});

describe('tables', () => {
  const columns = [{ title: 'stage' }, { title: 'rows', align: 'right' as const }, { title: 'note' }];
  const rows = [
    ['prepare', '17,379', ''],
    ['日本', '8', 'a|b <script>\n@everyone'],
  ];

  it('align words left and numbers right', () => {
    expect(renderTable(columns, rows, PLAIN)).toBe(
      [
        'stage       rows   note',
        'prepare   17,379',
        '日本           8   a|b <script>\ufffd@everyone',
        '',
      ].join('\n'),
    );
  });

  it('are Markdown that a hostile cell cannot leave', () => {
    expect(renderMarkdownTable(columns, rows)).toBe(
      [
        '| stage | rows | note |',
        '| --- | --: | --- |',
        '| prepare | 17,379 |  |',
        '| 日本 | 8 | a&#124;b &lt;script&gt; `@everyone` |',
        '',
      ].join('\n'),
    );
  });

  it('without rows are their titles alone', () => {
    expect(renderTable(columns, [], PLAIN)).toBe('stage   rows   note\n');
  });
});
