// A text that is found again carries a mark that no reader sees, on its first line: `<!-- mlops:report -->`. One that only quotes
// it carries none.

export function marked(mark: string, body: string): string {
  return `${lineOf(mark)}\n${body}`;
}

export function carries(mark: string, text: string | null | undefined): boolean {
  const first = (text ?? '').split(/\r?\n/, 1)[0];
  return first === lineOf(mark);
}

/** Hosts change ends of lines, and drop blanks at the end. */
export function isSameText(a: string | null | undefined, b: string): boolean {
  return plain(a ?? '') === plain(b);
}

/** Most characters of a mark's line. */
export const MARK_LENGTH = 100;

function lineOf(mark: string): string {
  if (!/^[\w.-]{1,60}$/.test(mark)) throw new Error(`BUG: not a mark: ${mark}`);
  return `<!-- mlops:${mark} -->`;
}

function plain(text: string): string {
  return text.replaceAll('\r\n', '\n').trimEnd();
}
