// From what a user typed to the source it means. Opening asks nobody.
import { fail } from '../core/failure.ts';
import { folderSource } from './folder.ts';
import { httpSource } from './http.ts';
import type { Source, SourceContext, SourceSpec } from './source.ts';
import { trackedSource } from './tracked.ts';
import { placeOf } from './url.ts';

/** @throws MlopsError `usage` for a URL that nothing here understands, or that holds a secret */
export async function openSource(spec: SourceSpec, context: SourceContext): Promise<Source> {
  const { url, path } = spec;
  const place = placeOf(url, context.base);
  if (path !== undefined) return trackedSource({ ...spec, path }, context);
  if (spec.rev !== undefined || spec.remote !== undefined)
    fail('usage', `${url}: --rev and --remote are for paths of a repository`, {
      help: 'name the path too: URL PATH',
    });
  switch (place.kind) {
    case 'http':
      return httpSource(url, context);
    case 's3':
      return (await import('./s3.ts')).s3Source(url, context);
    case 'folder':
      return folderSource(url, place.path, context);
    case 'git':
      return fail('usage', `${url} is a repository: name a path in it`, { help: 'mlops import URL PATH' });
  }
}
