// biome-ignore-all lint/suspicious/noControlCharactersInRegex: terminals speak in control characters
// A terminal small enough to read: text, line ends, `\r`, cursor up, erase below, wrapping at its width.
// An escape sequence it does not know is an error, so the live view cannot use one untested.
export class Screen {
  readonly isTTY = true;
  rows = 24;
  cursorShown = true;
  readonly writes: string[] = [];
  #lines: string[][] = [[]];
  #row = 0;
  #column = 0;
  #columns: number;

  constructor(columns: number) {
    this.#columns = columns;
  }

  get columns(): number {
    return this.#columns;
  }

  /** Narrower: what stands is wrapped again, as xterm and its kin do; the cursor stays on its text. */
  resize(columns: number): void {
    this.#columns = columns;
    const wrapped = this.#lines.flatMap((line) => {
      const parts: string[][] = [];
      for (let at = 0; at === 0 || at < line.length; at += columns) parts.push(line.slice(at, at + columns));
      return parts;
    });
    this.#row += wrapped.length - this.#lines.length;
    this.#lines = wrapped;
  }

  write(text: string): void {
    this.writes.push(text);
    for (const [piece] of text.matchAll(/\u001b\[[0-9;?]*[A-Za-z]|[\s\S]/gu)) this.#take(piece);
  }

  text(): string {
    return this.#lines.map((line) => line.join('').trimEnd()).join('\n');
  }

  #take(piece: string): void {
    if (piece === '\n') {
      this.#row++;
      this.#column = 0;
      this.#lines[this.#row] ??= [];
    } else if (piece === '\r') this.#column = 0;
    else if (piece === '\u001b[?25l') this.cursorShown = false;
    else if (piece === '\u001b[?25h') this.cursorShown = true;
    else if (/^\u001b\[\d+A$/.test(piece)) this.#row = Math.max(0, this.#row - Number(piece.slice(2, -1)));
    else if (piece === '\u001b[0J') {
      this.#lines.length = this.#row + 1;
      this.#lines[this.#row]!.length = this.#column;
    } else if (/^\u001b\[\d*m$/.test(piece)) return;
    else if (piece.startsWith('\u001b')) throw new Error(`unknown escape sequence ${JSON.stringify(piece)}`);
    else this.#put(piece);
  }

  #put(char: string): void {
    if (this.#columns > 0 && this.#column === this.#columns) this.#take('\n');
    this.#lines[this.#row]![this.#column++] = char;
  }
}
