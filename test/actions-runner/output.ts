// What a step prints, line by line: masks are applied, workflow commands obeyed.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly message: string;
  /** `file`, `line`, `title`, … as given. */
  readonly [property: string]: string;
}

const COMMAND = /^\s*::([a-z-]+)(?: (.*?))?::(.*)$/i;

/** The log of one job. */
export class JobOutput {
  readonly lines: string[] = [];
  readonly annotations: Annotation[] = [];
  readonly #masks = new Set<string>();
  readonly #look: (line: string) => void;
  #stopped: string | undefined;

  constructor(look: (line: string) => void) {
    this.#look = look;
  }

  mask(secret: string): void {
    for (const line of secret.split(/\r?\n/)) if (line.trim() !== '') this.#masks.add(line);
  }

  /** A step begins; commands that the one before stopped are obeyed again. */
  begin(step: string): void {
    this.#stopped = undefined;
    this.#keep(`##[step]${step}`);
  }

  line(text: string): void {
    if (this.#stopped !== undefined) {
      if (text.trim() === `::${this.#stopped}::`) this.#stopped = undefined;
      this.#keep(text);
      return;
    }
    const command = COMMAND.exec(text);
    if (
      !command ||
      !this.#obey(command[1]!.toLowerCase(), properties(command[2] ?? ''), unescaped(command[3]!))
    )
      this.#keep(text);
  }

  /** False: not a command of the runner's; a line like any other. */
  #obey(name: string, given: { readonly [property: string]: string }, message: string): boolean {
    switch (name) {
      case 'add-mask':
        this.mask(message);
        return true;
      case 'stop-commands':
        this.#stopped = message;
        return true;
      case 'error':
      case 'warning':
      case 'notice':
        this.annotations.push({ ...given, level: name, message: this.#masked(message) });
        this.#keep(`##[${name}]${message}`);
        return true;
      case 'group':
        this.#keep(`##[group]${message}`);
        return true;
      case 'endgroup':
        this.#keep('##[endgroup]');
        return true;
      case 'debug':
        return true;
      case 'set-output':
      case 'save-state':
      case 'set-env':
      case 'add-path':
        this.annotations.push({
          level: 'error',
          message: `::${name}:: is gone: use the files that the environment names`,
        });
        return true;
      default:
        return false;
    }
  }

  #keep(text: string): void {
    const line = this.#masked(text);
    this.lines.push(line);
    this.#look(line);
  }

  #masked(text: string): string {
    return [...this.#masks].reduce((line, secret) => line.replaceAll(secret, '***'), text);
  }
}

function properties(text: string): { [name: string]: string } {
  const pairs = text.split(',').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return [
        pair.slice(0, at).trim(),
        unescaped(pair.slice(at + 1))
          .replaceAll('%3A', ':')
          .replaceAll('%2C', ','),
      ];
    }),
  );
}

function unescaped(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
