// A text that is found again carries a mark that no reader sees, on its first line, with the run that wrote it:
// `<!-- mlops:mlops.report 77.1 -->`. One that only quotes it carries none.
import type { RunOrder } from '../context.ts';

export interface Mark {
  /** `mlops.report`. */
  readonly word: string;
  /** The run that speaks. */
  readonly by: RunOrder | undefined;
}

export function marked(mark: Mark, body: string): string {
  return `${lineOf(mark)}\n${body}`;
}

export function carries({ word }: Mark, text: string | null | undefined): boolean {
  return markOf(text)?.word === word;
}

/** Whether a run wrote it that began after that of the mark; where either is unknown, the last one to write is right. */
export function isNewer(text: string | null | undefined, { by }: Mark): boolean {
  const wrote = markOf(text)?.by;
  if (!wrote || !by) return false;
  return wrote.id === by.id ? wrote.attempt > by.attempt : wrote.id > by.id;
}

/** Hosts change ends of lines, and drop blanks at the end. */
export function isSameText(a: string | null | undefined, b: string): boolean {
  return plain(a ?? '') === plain(b);
}

/** Most characters of a mark's line. */
export const MARK_LENGTH = 120;

function lineOf({ word, by }: Mark): string {
  if (!/^[\w.-]{1,60}$/.test(word)) throw new Error(`BUG: not a mark: ${word}`);
  return `<!-- mlops:${word}${by ? ` ${by.id}.${by.attempt}` : ''} -->`;
}

const LINE = /^<!-- mlops:(?<word>[\w.-]{1,60})(?: (?<id>\d{1,15})\.(?<attempt>\d{1,15}))? -->\r?$/;

function markOf(text: string | null | undefined): Mark | undefined {
  const { word, id, attempt } = LINE.exec((text ?? '').split('\n', 1)[0]!)?.groups ?? {};
  if (word === undefined) return undefined;
  return { word, by: id === undefined ? undefined : { id: Number(id), attempt: Number(attempt) } };
}

function plain(text: string): string {
  return text.replaceAll('\r\n', '\n').trimEnd();
}
