import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob, escapeGlob, globParts, isGlob, unescapeGlob } from '../../src/util/glob.ts';

const matching = (pattern: string, ...paths: string[]): string[] => paths.filter(compileGlob(pattern));

describe('a glob', () => {
  it('is what has an unescaped *, ? or {', () => {
    expect(['a*', 'a?', '{a,b}', '**/x'].every(isGlob)).toBe(true);
    expect(['a', '[a]', 'a\\*', '!a', '(a|b)'].some(isGlob)).toBe(false);
  });

  it('matches within one folder, or with ** in any', () => {
    expect(matching('src/*.ts', 'src/a.ts', 'src/b/a.ts', 'src/a.js', 'a.ts')).toEqual(['src/a.ts']);
    expect(matching('src/**/*.ts', 'src/a.ts', 'src/b/c/a.ts', 'a.ts')).toEqual(['src/a.ts', 'src/b/c/a.ts']);
    expect(matching('d/{a,b}?.csv', 'd/a1.csv', 'd/b22.csv', 'd/c1.csv')).toEqual(['d/a1.csv']);
  });

  it('leaves dotfiles out unless the dot is written', () => {
    expect(matching('d/*', 'd/a', 'd/.a')).toEqual(['d/a']);
    expect(matching('d/.*', 'd/a', 'd/.a')).toEqual(['d/.a']);
    expect(matching('**/a', '.d/a', 'd/a')).toEqual(['d/a']);
  });

  it('takes other special characters as they are', () => {
    expect(matching('[ab]*', '[ab]1', 'a1')).toEqual(['[ab]1']);
    expect(matching('!a*', '!ab', 'b')).toEqual(['!ab']);
    expect(matching('+(a)*', '+(a)b', 'aab')).toEqual(['+(a)b']);
  });

  it('matches exactly the text that was escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab*?{}[]()!+@|^$,.\\-'), minLength: 1 }), (text) => {
        if (text.startsWith('.') || text.includes('\\')) return; // no dotfiles; RepoPaths have no backslash
        expect(unescapeGlob(escapeGlob(text))).toBe(text);
        expect(isGlob(escapeGlob(text))).toBe(false);
        expect(matching(`d/${escapeGlob(text)}`, `d/${text}`, 'd/a', 'd/ab')).toContain(`d/${text}`);
      }),
    );
  });

  it('knows its parts', () => {
    expect(globParts('a/b*/c')).toEqual(['a', 'b*', 'c']);
    expect(globParts('a/{b,c/d}/e')).toEqual(['a', '{b,c/d}/e']);
  });

  it.each([
    ['a[1].csv', 'a[1].csv', true],
    ['a[1].csv', 'a1.csv', false],
    ['!a*', '!ab', true],
    ['!a*', 'xb', false],
    ['@(a|b)*', '@(a|b)c', true],
    ['a+(b)*', 'abb', false],
    ['{a,b/c}/*.x', 'b/c/1.x', true],
    ['a\\*b*', 'a*bc', true],
    ['a\\*b*', 'axbc', false],
    ['d?', 'de', true],
    ['d?', 'd/', false],
    ['x/**', 'x/y/z', true],
    ['x/*', 'x/y/z', false],
    ['(a)*', '(a)b', true],
  ])('reads %s: %s → %s', (pattern, path, expected) => {
    expect(compileGlob(pattern)(path)).toBe(expected);
  });
});
