// The lines at the bottom of a terminal that are drawn again and again, and the settled ones that scroll up above them.
// Knows terminals, not stages.
import type { OutputStream } from '../terminal.ts';
import { textWidth } from '../text-width.ts';
import type { Cursor } from './cursor.ts';

const ESC = '\u001b[';

export class LiveRegion {
  readonly #stream: OutputStream;
  readonly #cursor: Cursor;
  /** Widths of the lines that stand in the region now. */
  #drawn: readonly number[] = [];

  constructor(stream: OutputStream, cursor: Cursor) {
    this.#stream = stream;
    this.#cursor = cursor;
  }

  /** Prints `settled` for good and draws `region` below, in one write so that nothing flickers. */
  draw(settled: readonly string[], region: readonly string[]): void {
    const lines = [...settled, ...region].map((line) => `${line}\n`).join('');
    const text = (region.length > 0 ? this.#cursor.hide() : '') + this.#erase() + lines;
    if (text !== '') this.#stream.write(text);
    this.#drawn = region.map(textWidth);
  }

  /** A terminal that became narrower has wrapped what stood there, so rows are counted with its width of now. */
  #erase(): string {
    const columns = this.#stream.columns || Number.POSITIVE_INFINITY; // 0: a terminal that does not know
    const rows = this.#drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    return rows === 0 ? '' : `${ESC}${rows}A\r${ESC}0J`;
  }
}
