// A text that is found again carries a mark that no reader sees, on its first line, with the run that wrote it:
// `<!-- mlops:mlops.report 77.1 -->`. One that only quotes it carries none.
import type { RunOrder } from '../context.ts';

export function marked(mark: string, body: string, by?: RunOrder): string {
  return `${lineOf(mark, by)}\n${body}`;
}

export function carries(mark: string, text: string | null | undefined): boolean {
  return markOf(text)?.mark === mark;
}

/** Whether a run wrote it that began after `by`; where either is unknown, the last one to write is right. */
export function isNewer(text: string | null | undefined, by: RunOrder | undefined): boolean {
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

function lineOf(mark: string, by: RunOrder | undefined): string {
  if (!/^[\w.-]{1,60}$/.test(mark)) throw new Error(`BUG: not a mark: ${mark}`);
  return `<!-- mlops:${mark}${by ? ` ${by.id}.${by.attempt}` : ''} -->`;
}

const LINE = /^<!-- mlops:(?<mark>[\w.-]{1,60})(?: (?<id>\d{1,15})\.(?<attempt>\d{1,15}))? -->\r?$/;

function markOf(
  text: string | null | undefined,
): { readonly mark: string; readonly by: RunOrder | undefined } | undefined {
  const { mark, id, attempt } = LINE.exec((text ?? '').split('\n', 1)[0]!)?.groups ?? {};
  if (mark === undefined) return undefined;
  return { mark, by: id === undefined ? undefined : { id: Number(id), attempt: Number(attempt) } };
}

function plain(text: string): string {
  return text.replaceAll('\r\n', '\n').trimEnd();
}
