// `train.lr`, `layers[0]`, `"a.b".c`, `other.yaml:a.b`: which key of which file.
import type { TypedText } from './typed-text.ts';

export interface TypedKey {
  /** As typed; undefined: the default. */
  readonly file: TypedText | undefined;
  readonly path: TypedText;
  readonly key: readonly (string | number)[];
}

const EXAMPLES = 'keys look like train.lr, layers[0] or "a.b".c';

/** @throws MlopsError (usage) */
export function parseTypedKey(typed: TypedText): TypedKey {
  const colon = typed.mask.indexOf(':');
  const path = typed.part(colon + 1);
  const file = colon < 0 ? undefined : typed.part(0, colon);
  if (file?.text === '')
    typed.refuse('there is no file before ":"', 'write params.yaml:key, or only the key');
  return { file, path, key: parsePath(path) };
}

const STEP =
  /(?:(^|\.)(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^.[\]"'\s](?:[^.[\]]*[^.[\]\s])?)))|\[(\d+)\]/y;

function parsePath(path: TypedText): (string | number)[] {
  const { text } = path;
  const key: (string | number)[] = [];
  const step = new RegExp(STEP);
  if (text === '') path.refuse('there is no key', EXAMPLES);
  while (step.lastIndex < text.length) {
    const from = step.lastIndex;
    const found = step.exec(text);
    if (!found) return path.part(from).refuse(`"${text}" is no key`, EXAMPLES);
    const [, , double, single, plain, index] = found;
    if (index !== undefined) key.push(Number(index));
    else key.push(plain ?? single?.replaceAll("''", "'") ?? unescaped(path, double!));
  }
  if (key.some((each) => typeof each === 'number' && !Number.isSafeInteger(each)))
    path.refuse('no list is that long');
  return key;
}

function unescaped(path: TypedText, inner: string): string {
  try {
    return JSON.parse(`"${inner}"`) as string;
  } catch {
    return path.refuse('unknown escape in a quoted key', 'in double quotes, write \\\\ for a backslash');
  }
}
