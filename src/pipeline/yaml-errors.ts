// What the YAML parser's error codes mean to someone who wrote a pipeline.yaml.
import type { ErrorCode } from 'yaml';

export interface Words {
  readonly message: string;
  readonly help?: string;
}

const QUOTE = "put the whole value in quotes: '…'";

const NOT_CLOSED: Words = {
  message: 'something is not closed',
  help: 'look for a missing quote, bracket, comma or ":"',
};

const WORDS: { readonly [code in ErrorCode]?: Words } = {
  BLOCK_AS_IMPLICIT_KEY: { message: 'a second ": " in one line', help: QUOTE },
  BAD_SCALAR_START: { message: 'unquoted text cannot start with this character', help: QUOTE },
  BAD_DQ_ESCAPE: {
    message: 'unknown escape in a double-quoted text',
    help: "write \\\\ for a backslash, or use single quotes: '…'",
  },
  BAD_INDENT: {
    message: 'the indentation fits nothing above',
    help: 'keys of one map start in the same column',
  },
  TAB_AS_INDENT: { message: 'a tab is used as indentation', help: 'YAML is indented with spaces' },
  MISSING_CHAR: {
    message: 'something is not closed',
    help: 'look for a missing quote, bracket, comma or ":"',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'this key runs over several lines',
    help: 'is a ":" missing after it?',
  },
  MULTIPLE_DOCS: {
    message: 'a second document starts here',
    help: 'one file holds one document: remove "---"',
  },
  UNEXPECTED_TOKEN: {
    message: 'this does not belong here',
    help: 'look for a missing quote, bracket or ":" before it',
  },
  BAD_ALIAS: { message: 'this is not a valid alias or anchor', help: QUOTE },
  DUPLICATE_KEY: { message: 'this key stands twice', help: 'keep one of the two' },
  RESOURCE_EXHAUSTION: { message: 'this is nested too deeply' },
  TAG_RESOLVE_FAILED: {
    message: 'unknown YAML tag',
    help: 'plain values need no tag; quote what is text',
  },
};

/** An interpolation inside [ ] or { } reads as a map; what is noticed only at the end was left open before. */
export function wordsFor(code: ErrorCode, text: string, at: number): Words {
  if (text[at - 1] === '$')
    return { message: '"${" inside [ ] or { } needs quotes', help: 'write "…${name}…"' };
  if (at >= text.trimEnd().length) return NOT_CLOSED;
  return WORDS[code] ?? { message: `not valid YAML (${code.toLowerCase().replaceAll('_', ' ')})` };
}
