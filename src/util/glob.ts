// Globs as pipeline.yaml knows them: `*`, `**`, `?` and `{a,b}`; `\` makes the next character literal; brackets,
// parentheses and `!` are ordinary characters; a leading dot must be written.
import picomatch from 'picomatch';

const SPECIAL = /[*?{]/;
/** Special to picomatch, or to us; escaping more than needed does no harm. */
const ESCAPED = /[\\*?{}[\]()!+@|^$]/g;

/** Whether an unescaped `*`, `?` or `{` stands in the text. */
export function isGlob(text: string): boolean {
  return SPECIAL.test(text.replace(/\\./g, ''));
}

/** The pattern that matches exactly this text. */
export function escapeGlob(text: string): string {
  return text.replace(ESCAPED, '\\$&');
}

/** What a pattern without special characters spells. */
export function unescapeGlob(pattern: string): string {
  return pattern.replace(/\\(.)/g, '$1');
}

/** Tells for a `/`-separated path, relative to where the pattern starts, whether it matches. */
export function compileGlob(pattern: string): (path: string) => boolean {
  const matches = picomatch(asCommonGlob(pattern), { nonegate: true, noextglob: true, strictSlashes: true });
  return (path) => matches(path);
}

/** The same pattern for a program whose globs know more: what is an ordinary character here is escaped. */
export function asCommonGlob(pattern: string): string {
  return pattern.replace(/\\.|[[\]()!+@|^$]/g, (each) => (each.length > 1 ? each : `\\${each}`));
}

/** The parts between slashes. A brace that holds a slash takes everything after it along: `a/{b,c/d}/e` → `a`, `{b,c/d}/e`. */
export function globParts(pattern: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const [token] of pattern.matchAll(/\\.|[^\\]|\\$/gs)) {
    if (token === '{') depth++;
    if (token === '}') depth = Math.max(0, depth - 1);
    if (token === '/' && depth > 0)
      return [
        ...parts,
        part + pattern.slice(parts.join('/').length + (parts.length > 0 ? 1 : 0) + part.length),
      ];
    if (token === '/') {
      parts.push(part);
      part = '';
    } else part += token;
  }
  return [...parts, part];
}
