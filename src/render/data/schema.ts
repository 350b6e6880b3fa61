// Changes of a schema: what would have to be said otherwise for data to fit, and what differs between two.
import type { Json } from '../../core/json.ts';
import type { Change, Edit } from '../../ml/validate/changes.ts';
import type { SchemaDifference } from '../../ml/validate/diff-schemas.ts';
import type { Anomaly } from '../../ml/validate/report.ts';
import type { SchemaFile } from '../../ml/validate/schema-file.ts';
import type { Update } from '../../ml/validate/update.ts';
import { plural } from '../../util/units.ts';
import type { Style } from '../terminal.ts';
import { visible } from '../text-width.ts';

export function renderChanges({ changes, left }: Update, file: SchemaFile, style: Style): string {
  if (changes.length + left.length === 0) return `${style.symbols.done} the data fit ${visible(file.path)}\n`;
  const parts = [
    ...changes.map((change) => changeLines(change, file, style)),
    ...(left.length > 0 ? [leftLines(left, style)] : []),
  ];
  return parts.join('\n');
}

function changeLines({ id, why, edits }: Change, file: SchemaFile, style: Style): string {
  const lines = edits.flatMap((edit) => editLines(edit, file.document.getIn(edit.path), style));
  return `${style.color.bold(visible(id))}   ${visible(why)}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

function editLines({ path, to }: Edit, before: unknown, style: Style): string[] {
  const key = path.at(-1)!;
  const from = before === undefined ? undefined : plain(before);
  if (from === undefined && to === undefined) return [];
  // Of a list only what is new.
  if (Array.isArray(from) && Array.isArray(to)) {
    const known = new Set(from.map(String));
    return [style.color.green(`+ ${key}: ${short(to.filter((each) => !known.has(String(each))))}`)];
  }
  return [
    ...(from === undefined ? [] : [style.color.red(`- ${key}: ${short(from)}`)]),
    ...(to === undefined ? [] : [style.color.green(`+ ${key}: ${short(to)}`)]),
  ];
}

/** A node of the document, or a value. */
function plain(value: unknown): Json {
  return typeof value === 'object' && value !== null && 'toJSON' in value
    ? (value as { toJSON(): Json }).toJSON()
    : (value as Json);
}

const MOST = 200;

function short(value: Json): string {
  const text = visible(JSON.stringify(value));
  return text.length > MOST ? `${text.slice(0, MOST)} …` : text;
}

function leftLines(left: readonly Anomaly[], style: Style): string {
  const lines = left.map(({ subject, message, places }) => {
    const at = places.map(({ file, lines: of }) => `${file}:${of.join(', ')}`).join('; ');
    return `  ${visible(subject)}: ${visible(message)}${at === '' ? '' : style.color.dim(` (${visible(at)})`)}\n`;
  });
  return `${plural(left.length, 'anomaly', 'anomalies')} that only the data can mend, or a person in the schema:\n${lines.join('')}`;
}

export function renderSchemaDiff(differences: readonly SchemaDifference[], style: Style): string {
  if (differences.length === 0) return `${style.symbols.same} the schemas say the same\n`;
  return differences
    .map(({ id, from, to }) =>
      [
        `${style.color.bold(visible(id))}\n`,
        ...(from === undefined ? [] : [`  ${style.color.red(`- ${short(from)}`)}\n`]),
        ...(to === undefined ? [] : [`  ${style.color.green(`+ ${short(to)}`)}\n`]),
      ].join(''),
    )
    .join('');
}
