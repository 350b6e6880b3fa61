// Reads `ci.json` as one reads what a stranger wrote.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CiContext } from '../../ci/context.ts';
import { isUntrusted } from '../../ci/trust.ts';
import { fail } from '../../core/failure.ts';
import type { Json } from '../../core/json.ts';
import { checkShape } from '../../core/shape.ts';
import { orAbsent } from '../../util/errno.ts';
import { formatBytes } from '../../util/units.ts';
import { placeOf } from './place-of.ts';
import type { CiRecord } from './record.ts';
import { recordShape } from './record-shape.ts';

/** In bytes. A report of a thousand stages is a tenth of it. */
const MOST = 16 * 1024 * 1024;

/**
 * Its links, and what it is of, are those of the job that `context` says; `page` is where the whole report can be read.
 * @throws MlopsError `missing` where no run left one, `config` where it is none
 */
export function readRecord(folder: string, context: CiContext, page: string | undefined): CiRecord {
  const file = join(folder, 'ci.json');
  const stat = orAbsent(() => statSync(file), undefined);
  if (!stat)
    fail('missing', `there is no report in ${folder}`, {
      help: 'mlops ci run makes one; --from names its folder',
    });
  if (!stat.isFile() || stat.size > MOST)
    fail(
      'config',
      `${file} is no report: ${stat.isFile() ? `it is larger than ${formatBytes(MOST)}` : 'no file'}`,
    );
  const record = parsed(file);
  const { view } = record;
  // What a stranger's job says of pictures and pages leads wherever it likes.
  const images = isUntrusted(context) ? [] : view.images;
  const { at, commit, links } = placeOf(context, view);
  return { ...record, view: { ...view, images, at, commit, links: { ...links, page: page ?? null } } };
}

function parsed(file: string): CiRecord {
  let value: Json;
  try {
    value = JSON.parse(readFileSync(file, 'utf8')) as Json;
  } catch (error) {
    fail('config', `${file} is no report: it is no JSON`, {}, error);
  }
  const [problem] = checkShape(recordShape, value);
  if (problem) fail('config', `${file} is no report: ${problem.path.join('.')}: ${problem.message}`);
  return value as unknown as CiRecord;
}
