// A lock that is not JSON any more: a merge left conflict markers in it, or it was cut or edited. Its shape is
// one block from `  "name": {` to `  }` and one data entry a line, so what is whole can still be read.
/** The sections of a lock as parsed, before anything in them is believed. */
export interface RawLock {
  readonly version: unknown;
  readonly data: Iterable<readonly [string, unknown]>;
  readonly stages: Iterable<readonly [string, unknown]>;
  readonly warnings: readonly string[];
}

interface OpenBlock {
  readonly name: string;
  readonly lines: string[];
  broken: boolean;
}

const BLOCK_START = /^ {2}("(?:[^"\\]|\\.)*"): \{$/;
const BLOCK_END = /^ {2}\},?$/;
const DATA_ENTRY = /^ {2}("(?:[^"\\]|\\.)*"): (\{.*\}),?$/;
const SECTION = /^ "(data|stages)": \{$/;
const VERSION = /^ "version": (.+?),?$/;

/** Never throws; `version` is undefined when its line is gone. */
export function salvage(text: string, file: string): RawLock {
  const data = new Map<string, unknown>();
  const stages = new Map<string, unknown>();
  const dropped = new Set<string>();
  let version: unknown;
  let section: string | undefined;
  let block: OpenBlock | undefined;
  let inConflict = false;
  let conflicts = 0;

  const close = (complete: boolean): void => {
    if (!block) return;
    const value = complete && !block.broken ? parse(`${block.lines.join('\n')}}`) : undefined;
    if (value === undefined) dropped.add(block.name);
    else stages.set(block.name, value);
    block = undefined;
  };

  for (const line of text.split(/\r?\n/)) {
    if (/^(<{7}|={7}|\|{7}|>{7})( |$)/.test(line)) {
      inConflict = !line.startsWith('>');
      if (line.startsWith('<')) conflicts++;
      if (block) block.broken = true;
      continue;
    }
    section = SECTION.exec(line)?.[1] ?? section;
    const start = section === 'stages' ? BLOCK_START.exec(line) : null;
    const entry = section === 'data' ? DATA_ENTRY.exec(line) : null;
    if (start) {
      close(false);
      block = { name: String(parse(start[1]!)), lines: ['{'], broken: inConflict };
    } else if (block && BLOCK_END.test(line)) {
      close(true);
    } else if (block) {
      block.lines.push(line);
    } else if (entry) {
      const name = String(parse(entry[1]!));
      const value = inConflict ? undefined : parse(entry[2]!);
      if (value === undefined) dropped.add(name);
      else data.set(name, value);
    } else if (VERSION.test(line)) {
      version = parse(VERSION.exec(line)![1]!);
    }
  }
  close(false);
  for (const name of dropped) if (stages.has(name) || data.has(name)) dropped.delete(name);
  return { version, data, stages, warnings: [explain(file, conflicts, [...dropped])] };
}

function explain(file: string, conflicts: number, dropped: readonly string[]): string {
  const what = conflicts > 0 ? 'has conflict markers' : 'is not valid JSON';
  const lost =
    dropped.length === 0 ? 'what can be read of it counts' : `ignored in it: ${dropped.join(', ')}`;
  return `${file} ${what}; ${lost}. repro writes it anew`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
