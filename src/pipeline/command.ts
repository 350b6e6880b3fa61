// `${…}` inside `cmd`. A value stands for itself: however it looks, the shell sees it as one piece of text. Lists
// become words, maps become flags, as in DVC: `--lr 0.1 --flag --layers 1 2 --optimizer.name adam`.
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { isPosixShell, ShellReader } from './shell.ts';
import { asText, type Expression, lookUp, type Segment, TemplateProblem } from './template.ts';

const WAY_OUT = 'name it under env: and write "$NAME" there, or set a shell variable first';

/** @throws TemplateProblem where a value cannot be inserted safely. */
export function fillCommand(
  segments: readonly Segment[],
  scope: JsonObject,
  shell: string | undefined,
): string {
  const reader = new ShellReader();
  for (const [index, segment] of segments.entries()) {
    if (typeof segment === 'string') reader.literal(segment);
    else {
      const next = segments[index + 1] ?? '';
      insert(reader, segment, lookUp(segment, scope), typeof next === 'string' ? next : '', shell);
    }
  }
  return reader.command;
}

function insert(
  reader: ShellReader,
  { written, raw }: Expression,
  value: Json,
  next: string,
  shell: string | undefined,
): void {
  if (raw) {
    reader.literal(asText(value, written));
    return;
  }
  const several = typeof value === 'object' && value !== null;
  const words = several ? toWords(value, written) : [asText(value, written)];
  if (words.some((word) => word.includes('\0')))
    throw new TemplateProblem(`${written} holds a NUL byte, which no command can take`, written);
  if (shell !== undefined && !isPosixShell(shell)) {
    insertPlain(reader, words, written, shell);
    return;
  }
  const problem = reader.problem();
  if (problem) throw new TemplateProblem(`${written} cannot stand ${problem}`, written, WAY_OUT);
  if (several && !(reader.betweenWords() && /^($|[\s;&|()<>])/.test(next))) {
    const what = Array.isArray(value) ? 'list' : 'map';
    throw new TemplateProblem(
      `${written} is a ${what}, which unpacks only as words of its own`,
      written,
      `put spaces around it, outside quotes, or name one value of the ${what}`,
    );
  }
  for (const [index, word] of words.entries()) {
    if (index > 0) reader.literal(' ');
    reader.insert(word, index === words.length - 1 ? next : ' ');
  }
}

/** A program whose quoting rules are not known gets only what no quoting rule could touch. */
function insertPlain(reader: ShellReader, words: readonly string[], written: string, shell: string): void {
  if (words.every((word) => /^[\w./-]+$/.test(word))) reader.literal(words.join(' '));
  else
    throw new TemplateProblem(
      `${written} needs quoting, and how ${shell} quotes is not known`,
      written,
      `${WAY_OUT}, or write \${… | raw}`,
    );
}

function toWords(value: Json, written: string): string[] {
  if (Array.isArray(value)) return value.map((each: Json) => asText(each, written));
  return isJsonObject(value)
    ? Object.entries(value).flatMap(([key, each]) => toFlag(key, each, written))
    : [];
}

/** `false` and null leave the flag out, `true` leaves out its value. */
function toFlag(name: string, value: Json, written: string): string[] {
  if (value === false || value === null) return [];
  if (value === true) return [`--${name}`];
  if (isJsonObject(value))
    return Object.entries(value).flatMap(([key, each]) => toFlag(`${name}.${key}`, each, written));
  return [`--${name}`, ...(Array.isArray(value) ? toWords(value, written) : [asText(value, written)])];
}
