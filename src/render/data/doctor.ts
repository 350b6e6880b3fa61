// `mlops doctor`: one line a thing, with what to do where something is missing or wrong.
//
//   ✔ Git          2.39.5
//   · remote nas   not reachable in 0.1 s: …
//       help: …
import type { Style } from '../terminal.ts';
import { padEnd, textWidth, visible } from '../text-width.ts';

export interface Check {
  readonly what: string;
  /** `note`: works, but not all of it, or not yet. `broken`: nothing that needs it can work. */
  readonly status: 'ok' | 'note' | 'broken';
  readonly text: string;
  readonly help?: string;
}

export function renderChecks(checks: readonly Check[], style: Style): string {
  const widest = Math.max(...checks.map(({ what }) => textWidth(what)));
  return checks.map((check) => renderCheck(check, widest, style)).join('');
}

function renderCheck({ what, status, text, help }: Check, width: number, { color, symbols }: Style): string {
  const mark = {
    ok: color.green(symbols.done),
    note: color.yellow(symbols.same),
    broken: color.red(symbols.failed),
  }[status];
  const line = `${mark} ${padEnd(visible(what), width)}   ${visible(text)}\n`;
  if (help === undefined) return line;
  const [first, ...rest] = help.split('\n').map(visible);
  return `${line}    ${color.cyan('help:')} ${first}\n${rest.map((each) => `          ${each}\n`).join('')}`;
}
