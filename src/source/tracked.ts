// A path of another repository as a source. Its version is the commit; a tracked path of the same digest is the same.
import type { JsonObject } from '../core/json.ts';
import { bringPath } from './bring.ts';
import { type OpenedRepository, openSourceRepository } from './repository.ts';
import type { Source, SourceContext, SourceSpec } from './source.ts';

export function trackedSource(spec: SourceSpec & { readonly path: string }, context: SourceContext): Source {
  let asked: Promise<OpenedRepository> | undefined;
  const repository = (): Promise<OpenedRepository> => {
    asked ??= openSourceRepository(spec, context);
    return asked;
  };
  const from = ({ git }: OpenedRepository): JsonObject => ({
    git: spec.url,
    path: spec.path,
    ...(git.commit === undefined ? {} : { rev: git.commit }),
  });
  return {
    shown: `${spec.path} of ${spec.url}`,
    look: async () => {
      const opened = await repository();
      return opened.git.commit === undefined ? undefined : from(opened);
    },
    bring: async (store) => {
      const opened = await repository();
      return { artifact: await bringPath(opened, spec.path, store, context), from: from(opened) };
    },
    close: () => void asked?.then((opened) => opened.close()).catch(() => {}),
  };
}
