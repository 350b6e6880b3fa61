// What a host shows beside the lines of a change: stages that failed and gates that said no, at their place in pipeline.yaml.
import type { Annotation } from '../../ci/job-log.ts';
import type { Failure, Location } from '../../core/failure.ts';
import type { StageName } from '../../core/ids.ts';
import type { Stage } from '../../core/pipeline.ts';
import type { PipelineView, StageView } from '../../render/pipeline/types.ts';

/** `stages`: as declared; empty where the pipeline cannot be read. */
export function annotationsOf(
  view: PipelineView,
  stages: ReadonlyMap<StageName, Stage>,
): readonly Annotation[] {
  return [
    ...(view.run?.failures ?? []).map((each) => ofFailure('mlops', each, undefined)),
    ...view.stages.flatMap((stage) => ofStage(stage, stages.get(stage.stage as StageName)?.action.where)),
    ...(view.run?.notes ?? []).map(
      (message): Annotation => ({ level: 'notice', where: undefined, title: 'mlops', message }),
    ),
  ];
}

function ofStage({ stage, run, gates }: StageView, where: Location | undefined): Annotation[] {
  const failed =
    run?.failure && run.outcome === 'failed' ? [ofFailure(`${stage} failed`, run.failure, where)] : [];
  const broken = (gates?.broken ?? []).map(
    ({ text }): Annotation => ({ level: 'error', where, title: `${stage}: a gate is broken`, message: text }),
  );
  return [...failed, ...broken];
}

function ofFailure(
  title: string,
  { message, help, where }: Failure,
  place: Location | undefined,
): Annotation {
  const text = help === undefined ? message : `${message}\n${help}`;
  return { level: 'error', where: where ?? place, title, message: text };
}
