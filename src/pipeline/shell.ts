// Follows a command as a POSIX shell reads it, far enough to know how a value must be quoted at any place in it.
// Where that cannot be known for certain the answer is a reason not to insert anything: a value must never be able
// to become code.

/** Where the reader is. Only the first three take values. */
type Place =
  | 'bare'
  | 'double'
  | 'single'
  | '$(…)'
  | '(…)'
  | 'backticks'
  | '${…}'
  | "$'…'"
  | 'comment'
  | 'here-document'
  | 'unclear';

/** Words that no shell changes. A range like 1..3 is left out: braces around it would expand it. */
const PLAIN = /^(?!.*\.\.)[\w@%+:./-]+$/;

export class ShellReader {
  /** The command so far. What was inserted is read like the rest: it is shell text too. */
  #text = '';
  #at = 0;
  readonly #places: Place[] = ['bare'];
  /** Delimiters of here-documents whose bodies start after the next line end. */
  readonly #pending: { readonly delimiter: string; readonly tabs: boolean }[] = [];

  get command(): string {
    return this.#text;
  }

  /** Adds text that stands in the command as it is. */
  literal(text: string): void {
    this.#text += text;
  }

  /** Why no value can stand at the end of what was read, or undefined when one can. */
  problem(): string | undefined {
    const place = this.#place();
    if (this.#places.includes('unclear')) return 'after something that shells read in different ways';
    const refused = this.#places.find((each) => each !== 'bare' && each !== 'double' && each !== 'single');
    if (refused !== undefined) return refused === 'comment' ? 'in a comment' : `inside ${refused}`;
    if (place === 'single') return undefined;
    if (/(?<!\\)(?:\\\\)*[\\$]$/.test(this.#text)) return `right after "${this.#text.at(-1)}"`;
    if (place === 'bare' && /(?<!<)<<(?!<)-?\s*[^\s<>;&|()]*$/.test(this.#text)) {
      return 'as the word that ends a here-document';
    }
    return undefined;
  }

  /** Whether what is inserted here can be several words: outside quotes, after white space or an operator. */
  betweenWords(): boolean {
    return this.#place() === 'bare' && this.#wordStart();
  }

  /** Inserts the characters that mean exactly `value`; `next` is what follows. Only where there is no problem. */
  insert(value: string, next: string): void {
    this.#text += this.#quoted(value, next);
  }

  #quoted(value: string, next: string): string {
    const place = this.#place();
    if (place === 'single') return value.replaceAll("'", "'\\''");
    // `$NAME` before a value must not take its first letters along.
    const afterName = /\$\w+$/.test(this.#text) && /^\w/.test(value);
    if (place === 'double') return (afterName ? '""' : '') + value.replace(/[\\"$`]/g, '\\$&');
    const descriptor = /^[<>]/.test(next) && /^\d+$/.test(value); // echo 2>file
    if (PLAIN.test(value) && !afterName && !descriptor) return value;
    return `'${value.replaceAll("'", "'\\''")}'`;
  }

  /** The place at the end of the text, which is read up to there. */
  #place(): Place {
    while (this.#at < this.#text.length) this.#at += this.#step();
    return this.#places.at(-1)!;
  }

  /** Reads one thing and answers its length. */
  #step(): number {
    const char = this.#text[this.#at]!;
    switch (this.#places.at(-1)!) {
      case 'single':
        return char === "'" ? this.#leave(1) : 1;
      case "$'…'":
        if (char === '\\') return this.#lose(); // not every shell knows $'…', so \' may or may not end it
        return char === "'" ? this.#leave(1) : 1;
      case 'comment':
        return char === '\n' ? this.#leave(0) : 1;
      case 'here-document':
        return this.#hereLine();
      case 'backticks':
        if (char === '\\') return 2;
        return char === '`' ? this.#leave(1) : 1;
      case 'double':
        return char === '"' ? this.#leave(1) : this.#expansion(char);
      case '${…}':
        if (char === '}') return this.#leave(1);
        return char === '"' || char === "'" ? this.#lose() : this.#expansion(char);
      case 'unclear':
        return this.#text.length - this.#at;
      case 'bare':
        return this.#bare(char);
      case '$(…)':
      case '(…)':
        return this.#nested(char);
    }
  }

  #bare(char: string): number {
    if (char === "'") return this.#enter('single', 1);
    if (char === '"') return this.#enter('double', 1);
    if (char === '#' && this.#wordStart()) return this.#enter('comment', 1);
    if (char === '\n' && this.#pending.length > 0) return this.#enter('here-document', 1);
    if (this.#ahead('<<<')) return 3;
    return this.#ahead('<<') ? this.#hereStart() : this.#expansion(char);
  }

  /** Inside $(…). What could hide its end is not followed: a case pattern's lone ")", comments, here-documents. */
  #nested(char: string): number {
    if (char === ')') return this.#leave(1);
    if (char === '(') return this.#enter('(…)', 1);
    if (char === "'") return this.#enter('single', 1);
    if (char === '"') return this.#enter('double', 1);
    const hides = this.#ahead('<<') || (this.#wordStart() && (char === '#' || this.#ahead('case')));
    return hides ? this.#lose() : this.#expansion(char);
  }

  /** What means the same inside double quotes and outside. */
  #expansion(char: string): number {
    if (char === '\\') return 2;
    if (char === '`') return this.#enter('backticks', 1);
    if (this.#ahead('$(')) return this.#enter('$(…)', 2);
    if (this.#ahead('${')) return this.#enter('${…}', 2);
    const quotes = this.#places.includes('double') || this.#places.includes('${…}');
    if (this.#ahead("$'") && !quotes) return this.#enter("$'…'", 2);
    return this.#ahead('$$') ? 2 : 1;
  }

  #hereStart(): number {
    const match = /^<<(-?)[ \t]*((?:'[^'\n]*'|"[^"\n]*"|[^\s;&|()<>'"])+)/.exec(this.#text.slice(this.#at));
    if (!match || /[$`\\]/.test(match[2]!)) return this.#lose();
    this.#pending.push({ delimiter: match[2]!.replace(/['"]/g, ''), tabs: match[1] === '-' });
    return match[0].length;
  }

  /** One line of a body. */
  #hereLine(): number {
    const end = this.#text.indexOf('\n', this.#at);
    const line = this.#text.slice(this.#at, end < 0 ? undefined : end);
    const { delimiter, tabs } = this.#pending[0]!;
    if (end >= 0 && (tabs ? line.replace(/^\t+/, '') : line) === delimiter) {
      this.#pending.shift();
      if (this.#pending.length === 0) return this.#leave(line.length);
    }
    return end < 0 ? line.length : line.length + 1;
  }

  #ahead(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  /** Whether a word can start here: after white space or an operator that no backslash makes literal. */
  #wordStart(): boolean {
    let at = this.#at;
    while (this.#text.slice(at - 2, at) === '\\\n' && !this.#escaped(at - 2)) at -= 2; // a line that goes on
    return at === 0 || (/[\s;&|()<>]/.test(this.#text[at - 1]!) && !this.#escaped(at - 1));
  }

  #escaped(at: number): boolean {
    let backslashes = 0;
    while (this.#text[at - 1 - backslashes] === '\\') backslashes++;
    return backslashes % 2 === 1;
  }

  #enter(place: Place, length: number): number {
    this.#places.push(place);
    return length;
  }

  #leave(length: number): number {
    this.#places.pop();
    return length;
  }

  #lose(): number {
    this.#places.push('unclear');
    return 1;
  }
}

/** Whether the program reads quotes the way they are written here. */
export function isPosixShell(shell: string): boolean {
  const program = shell.trim().split(/\s+/)[0]!.split(/[/\\]/).at(-1)!;
  return ['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'mksh', 'busybox'].includes(
    program.replace(/\.exe$/, ''),
  );
}
