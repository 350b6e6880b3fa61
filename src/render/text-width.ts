// How wide text is on a terminal, and text made to fit: colour codes take no room, CJK and emoji take two cells,
// combining marks none. Names from files are hostile: `visible` keeps them from steering the terminal.

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this matches
const ANSI = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-Z\\-_]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above; bidirectional overrides reorder what is read
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const ZERO = /^(?:\p{Mn}|\p{Me}|\u200b|\u200c|\u200d)$/u;
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]$/u;

function withoutAnsi(text: string): string {
  return text.includes('\u001b') ? text.replace(ANSI, '') : text; // tables ask for every cell
}

/** `text` as one harmless line: no escape sequence, no control character, tabs as spaces. */
export function visible(text: string): string {
  return withoutAnsi(text).replace(/\t/g, '    ').replace(CONTROL, '\ufffd');
}

/** Cells that `text` takes on a terminal. */
export function textWidth(text: string): number {
  const plain = withoutAnsi(text);
  if (/^[\x20-\x7e]*$/.test(plain)) return plain.length;
  let width = 0;
  for (const char of plain) width += ZERO.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
  return width;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textWidth(text))) + text;
}

/** Cuts text without colour codes to at most `width` cells, with `ellipsis` where something is left out. */
export function truncate(text: string, width: number, ellipsis = '…'): string {
  if (textWidth(text) <= width) return text;
  const room = width - textWidth(ellipsis);
  let used = 0;
  let kept = '';
  for (const char of text) {
    used += textWidth(char);
    if (used > room) break;
    kept += char;
  }
  return room < 0 ? '' : kept + ellipsis;
}
