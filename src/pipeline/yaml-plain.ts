// The YAML that params files are mostly made of, read in a fraction of the time: block maps of plain values. It is for
// tables that read a thousand of them; whatever is not plain is left to the whole reader, and a test holds the two together.
import type { Json } from '../core/json.ts';

type Level = { readonly indent: number; readonly map: Record<string, Json> };

const LINE = /^( *)([A-Za-z_][\w-]*):(?: +([^#\s][^#]*?))?(?: +#.*)?$/;
const WORDS = /^[A-Za-z][\w./-]*(?: [\w./-]+)*$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;
/** As values and as keys these are not text, or not everywhere. */
const SPECIAL = /^(?:true|false|null)$/i;

/** Undefined: not plain, or not right. Maps have null prototypes. */
export function readPlainYaml(text: string): Json | undefined {
  if (!/^[\x20-\x7e\n]*$/.test(text)) return undefined;
  const levels: Level[] = [];
  /** The last line was `key:`: what it holds is decided by the next. */
  let open: { readonly level: Level; readonly key: string } | undefined;
  for (const line of text.split('\n')) {
    if (/^ *(#.*)?$/.test(line)) continue;
    const [, spaces, key, written] = LINE.exec(line) ?? [];
    if (key === undefined || SPECIAL.test(key)) return undefined;
    const level = levelFor(levels, spaces!.length, open);
    if (!level || key in level.map) return undefined;
    const value = written === undefined ? null : scalar(written);
    if (value === undefined) return undefined;
    level.map[key] = value;
    open = written === undefined ? { level, key } : undefined;
  }
  return levels[0]?.map;
}

/** The map that a line of so much indent belongs to; it goes to the end of `levels`. */
function levelFor(
  levels: Level[],
  indent: number,
  open: { readonly level: Level; readonly key: string } | undefined,
): Level | undefined {
  while (levels.length > 1 && indent < levels.at(-1)!.indent) levels.pop();
  const top = levels.at(-1);
  if (top && indent === top.indent) return top;
  if (top && (!open || open.level !== top || indent < top.indent)) return undefined;
  const map = Object.create(null) as Record<string, Json>;
  if (open) open.level.map[open.key] = map;
  levels.push({ indent, map });
  return levels.at(-1);
}

function scalar(text: string): Json | undefined {
  const list = /^\[(.*)\]$/.exec(text);
  if (list) {
    const items = list[1]!.trim() === '' ? [] : list[1]!.split(',').map((item) => single(item.trim()));
    return items.includes(undefined) ? undefined : (items as Json[]);
  }
  return single(text);
}

function single(text: string): Json | undefined {
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null') return null;
  const quoted = /^(?:"([^"\\,[\]]*)"|'([^',[\]]*)')$/.exec(text);
  if (quoted) return quoted[1] ?? quoted[2];
  if (NUMBER.test(text)) {
    const number = Number(text);
    const exact = Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number));
    return exact && !Object.is(number, -0) ? number : undefined;
  }
  return WORDS.test(text) && !SPECIAL.test(text) ? text : undefined;
}
