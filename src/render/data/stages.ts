// `mlops stage list`.
import type { Pipeline, Stage } from '../../core/pipeline.ts';
import { renderTable } from '../table.ts';
import type { Style } from '../terminal.ts';

export function renderStageList(pipeline: Pipeline, style: Style): string {
  const rows = pipeline.order.map((name) => {
    const stage = pipeline.stages.get(name)!;
    return [name, whatItDoes(stage), stage.desc ?? stage.outs.map((out) => out.path).join(' ')];
  });
  return renderTable([{ title: 'stage' }, { title: 'does' }, { title: 'makes' }], rows, style);
}

function whatItDoes({ action }: Stage): string {
  if (action.kind === 'uses') return action.uses;
  const text = action.cmd.join(' && ').replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

export function stageListJson(pipeline: Pipeline) {
  return pipeline.order.map((name) => {
    const stage = pipeline.stages.get(name)!;
    return {
      name,
      file: stage.file.path,
      action: stage.action.kind === 'cmd' ? { cmd: stage.action.cmd } : { uses: stage.action.uses },
      deps: stage.deps.map((dep) => (dep.kind === 'path' ? dep.path : dep.pattern)),
      outs: stage.outs.map((out) => out.path),
      upstream: [...(pipeline.upstream.get(name) ?? [])],
      frozen: stage.frozen,
      desc: stage.desc ?? null,
    };
  });
}
