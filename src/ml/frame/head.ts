// The first bytes of a text file, decompressed: enough for any header line.
import { closeSync, openSync, readSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { fail } from '../../core/failure.ts';
import { type Database, literal } from './duckdb.ts';
import type { TableFile } from './files.ts';

const HEAD_BYTES = 1 << 18;

export async function headOf(database: Database, file: TableFile): Promise<string> {
  if (file.compression === 'zstd') return zstdHead(database, file);
  const buffer = Buffer.alloc(HEAD_BYTES);
  const fd = openSync(file.absolute, 'r');
  try {
    const head = buffer.subarray(0, readSync(fd, buffer, 0, HEAD_BYTES, 0));
    return (file.compression === 'gzip' ? gunzipHead(head, file) : head).toString('utf8');
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
