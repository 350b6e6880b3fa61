// The first bytes of a text file, decompressed: enough for the header line of 100,000 columns.
import { closeSync, openSync, readSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { fail } from '../../core/failure.ts';
import { type Database, literal } from './duckdb.ts';
import type { TableFile } from './files.ts';

/** More than this is not looked at; a header line that does not end in it is refused. */
const HEAD_BYTES = 1 << 20;
/** Of a gzip file: what was packed a thousand to one is let out here. */
const PACKED_BYTES = 1 << 18;

export async function headOf(database: Database, file: TableFile): Promise<string> {
  if (file.compression === 'zstd') return zstdHead(database, file);
  const buffer = Buffer.alloc(file.compression === 'gzip' ? PACKED_BYTES : HEAD_BYTES);
  const fd = openSync(file.absolute, 'r');
  try {
    const bytes = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, 0));
    const head = file.compression === 'gzip' ? gunzipHead(bytes, file) : bytes;
    const text = head.toString('utf8', 0, Math.min(head.length, HEAD_BYTES));
    const whole = bytes.length < buffer.length && head.length <= HEAD_BYTES;
    if (!whole && !/[\r\n]/.test(text))
      fail('config', `the first line of ${file.path} is longer than column names are`, {
        help: 'a table starts with a line of column names; is it a table?',
      });
    return text;
  } finally {
    closeSync(fd);
  }
}

function gunzipHead(head: Buffer, file: TableFile): Buffer {
  try {
    // The head is cut somewhere: a sync flush hands out what could be decompressed.
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    fail('config', `${file.path} is no gzip file`, {}, error);
  }
}

const HEAD_LINES = 20;

/** Node 20 knows no Zstandard and DuckDB does: the first lines, each read as one cell of a file without any separator. */
async function zstdHead(database: Database, file: TableFile): Promise<string> {
  const options =
    "auto_detect=false, header=false, delim='\\x01', quote='', escape='', nullstr='', strict_mode=false, " +
    "columns={'line': 'VARCHAR'}, compression='zstd'";
  const lines = await database.rows(
    `SELECT line FROM read_csv(${literal(file.absolute)}, ${options}) LIMIT ${HEAD_LINES}`,
  );
  return lines.map(([line]) => (line as string | null) ?? '').join('\n');
}
