// The header line of a delimited file: read here, not guessed by the engine, so that names and separator are certain.
import { fail } from '../../core/failure.ts';
import { formatCount } from '../../util/units.ts';
import type { TableFile } from './files.ts';

export interface Header {
  readonly names: readonly string[];
  readonly separator: string;
}

/** DuckDB keeps about 100 KB for each column of a text file while it reads. */
const MOST_COLUMNS = 10_000;

/** CSV separators are told by the header line: whichever of these it has most, outside quotes. */
const SEPARATORS = [',', ';', '\t', '|'];

/**
 * @param head the first bytes of the file, decompressed, as text
 * @throws when a name is empty or stands twice
 */
export function headerOf(file: TableFile, head: string): Header {
  const text = head.replace(/^\ufeff/, '');
  if (text === '') fail('config', `data set is empty: ${file.path} holds nothing`);
  const separator = file.format === 'tsv' ? '\t' : separatorOf(text);
  const names = firstRecord(text, separator);
  if (names.some((name) => /[\ufffd\0]/.test(name))) fail('config', `${file.path} is not UTF-8 text`);
  if (names.length > MOST_COLUMNS)
    fail(
      'config',
      `${file.path} has ${formatCount(names.length)} columns, more than ${formatCount(MOST_COLUMNS)}`,
      {
        where: { file: file.path, line: 1 },
        help: 'is the separator right? A table with more would not fit in memory: give a part of its columns',
      },
    );
  const seen = new Set<string>();
  names.forEach((name, index) => {
    if (name.trim() === '')
      fail('config', `column ${index + 1} of ${file.path} has no name`, {
        where: { file: file.path, line: 1 },
      });
    if (seen.has(name))
      fail('config', `column "${name}" stands twice in ${file.path}`, {
        where: { file: file.path, line: 1 },
      });
    seen.add(name);
  });
  return { names, separator };
}

function separatorOf(text: string): string {
  let best = ',';
  let most = 0;
  for (const separator of SEPARATORS) {
    const count = firstRecord(text, separator).length;
    if (count > most) {
      best = separator;
      most = count;
    }
  }
  return best;
}

/** The fields up to the first line end outside quotes. */
function firstRecord(text: string, separator: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quoted) {
      if (char !== '"') field += char;
      else if (text[at + 1] === '"') field += text[++at]!;
      else quoted = false;
    } else if (char === '"' && field === '') quoted = true;
    else if (char === separator) {
      fields.push(field);
      field = '';
    } else if (char === '\n' || char === '\r') break;
    else field += char;
  }
  return [...fields, field];
}
