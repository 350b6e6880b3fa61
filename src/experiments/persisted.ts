// Outs that a stage goes on from (`persist`): a work tree of its own begins with what the lock records of them.
import type { RunContext } from '../run/context.ts';
import { bringHere, materialise } from '../run/restore.ts';
import type { Selection } from '../run/select.ts';
import { missingObjects } from '../store/tree-objects.ts';

export async function bringPersisted(
  context: RunContext,
  selection: Selection,
  pull: boolean,
): Promise<void> {
  const outs = selection.stages.flatMap((name) => {
    const stage = context.pipeline.stages.get(name)!;
    const recorded = context.locks.block(stage)?.outs ?? {};
    return stage.outs
      .filter(({ persist, path }) => persist && recorded[path])
      .map(({ path }) => ({ path, artifact: recorded[path]!, stage: name }));
  });
  if (pull) await bringHere(context, new Map(outs.map(({ path, artifact }) => [path, artifact])), pull);
  const here = outs.filter(({ artifact }) => missingObjects(context.workspace.store, artifact).length === 0);
  for (const { path, stage } of outs.filter((out) => !here.includes(out)))
    context.report({
      kind: 'warning',
      text: `the bytes of ${path} are not here: if ${stage} runs, it starts without them`,
      help: 'mlops pull, or --pull',
    });
  await materialise(
    context,
    here.map(({ path }) => path),
    false,
  );
}
