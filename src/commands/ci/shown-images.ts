// The pictures of a report where a comment can show them: in a ref of the repository, or where the host keeps files.
import { lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type ImageFile, pushImages } from '../../ci/image-ref.ts';
import { pushAddress } from '../../ci/push-address.ts';
import { MlopsError } from '../../core/failure.ts';
import { withToken } from '../../git/credentials.ts';
import type { Repository } from '../../git/repository.ts';
import type { ReportImage } from '../../render/pipeline/types.ts';
import { orAbsent } from '../../util/errno.ts';
import type { Back } from './commit-posting.ts';
import type { CiRecord } from './record.ts';

interface Shown {
  /** With the addresses of its images. */
  readonly record: CiRecord;
  readonly notes: readonly string[];
}

export async function showImages(back: Back): Promise<Shown> {
  const { record, flags } = back;
  const { images } = record.view;
  if (flags.images === 'none') return { record: withImages(record, []), notes: [] };
  const files = images.flatMap(({ file }) => fileOf(back.folder, file));
  if (flags.images === 'artifact' || files.length === 0) return { record, notes: [] };
  const { urls, notes } = await put(back, files);
  const shown = images.map((image) => ({ ...image, url: urls.get(basename(image.file)) ?? image.url }));
  return { record: withImages(record, shown), notes };
}

function withImages(record: CiRecord, images: readonly ReportImage[]): CiRecord {
  return { ...record, view: { ...record.view, images } };
}

/** Of a plain file right in the folder of images alone; what is larger is told apart by its size later. */
function fileOf(folder: string, file: string): ImageFile[] {
  if (!/^images\/[^/\\]+$/.test(file)) return [];
  const path = join(folder, file);
  const stat = orAbsent(() => lstatSync(path), undefined);
  if (!stat?.isFile() || stat.size > MOST_READ) return [];
  return [{ name: basename(file), bytes: readFileSync(path) }];
}

const MOST_READ = 32 * 1024 * 1024;

type Put = ReturnType<typeof pushImages>;

async function put({ repo, context, flags, forge, token }: Back, files: readonly ImageFile[]): Promise<Put> {
  const of = context.pull ? { pull: context.pull.number } : { branch: context.branch ?? 'detached' };
  if (forge.upload) return uploaded(forge.upload, files);
  if (!repo || !context.repository) return { urls: new Map(), notes: [] };
  const about = { name: flags.name, of, repositoryUrl: context.repository.url, folder: folderIn(repo) };
  return withToken(repo, pushAddress(repo, context), token, (place) =>
    pushImages(repo, files, { ...about, place }),
  );
}

function folderIn({ gitDir }: Repository): string {
  const folder = join(gitDir, 'mlops');
  mkdirSync(folder, { recursive: true });
  return folder;
}

async function uploaded(
  upload: NonNullable<Back['forge']['upload']>,
  files: readonly ImageFile[],
): Promise<Put> {
  try {
    const urls = await upload(files.map((file) => ({ ...file, type: 'image/png' })));
    return { urls, notes: [] };
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
    return { urls: new Map(), notes: [`images are only among the artifacts: ${error.message}`] };
  }
}
