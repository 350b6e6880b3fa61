// Turns chunks of output into lines, the way a terminal would show them, with secrets masked.

/** A longer line is cut: binary output must not fill memory. */
const LONGEST = 1 << 16;

export interface LineHooks {
  onLine(line: string): void;
  onProgress(line: string): void;
}

export class LineSplitter {
  readonly #mask: Mask;
  readonly #hooks: LineHooks;
  #pending = '';

  constructor(mask: Mask, hooks: LineHooks) {
    this.#mask = mask;
    this.#hooks = hooks;
  }

  write(chunk: string): void {
    const lines = (this.#pending + chunk).split('\n');
    this.#pending = lines.pop()!;
    for (const line of lines) this.#hooks.onLine(visible(this.#mask.apply(line)));
    if (this.#pending.includes('\r')) this.#overwrite();
    if (this.#pending.length > LONGEST) this.#cut();
  }

  /** The last line may lack its end. */
  end(): void {
    if (this.#pending !== '') this.#hooks.onLine(visible(this.#mask.apply(this.#pending)));
    this.#pending = '';
  }

  #overwrite(): void {
    const shown = visible(this.#mask.apply(this.#pending));
    if (shown !== '') this.#hooks.onProgress(shown);
    // A last \r may belong to a \r\n whose second half is on its way.
    const last = this.#pending.lastIndexOf('\r', this.#pending.length - 2);
    this.#pending = this.#pending.slice(last + 1);
  }

  /** Keeps as much as the beginning of a secret could take. */
  #cut(): void {
    const masked = this.#mask.apply(this.#pending);
    const keep = Math.max(0, this.#mask.longest - 1);
    this.#hooks.onLine(masked.slice(0, masked.length - keep));
    this.#pending = masked.slice(masked.length - keep);
  }
}

/** What a carriage return leaves to be seen: the text after the last one that is not at the end. */
function visible(line: string): string {
  const text = line.replace(/\r+$/, '');
  return text.slice(text.lastIndexOf('\r') + 1);
}

/** Replaces secret values. A value of several lines is masked line by line. */
export class Mask {
  readonly longest: number;
  readonly #pattern: RegExp | undefined;

  constructor(secrets: readonly string[]) {
    const parts = secrets
      .flatMap((secret) => secret.split(/\r?\n/))
      .filter((part) => part.trim() !== '')
      .sort((a, b) => b.length - a.length);
    this.longest = parts[0]?.length ?? 0;
    this.#pattern =
      parts.length === 0
        ? undefined
        : new RegExp(parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g');
  }

  apply(text: string): string {
    return this.#pattern ? text.replace(this.#pattern, '***') : text;
  }
}
