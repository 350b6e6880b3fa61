import type { ActionCatalog } from '../core/action.ts';
import type { JsonObject } from '../core/json.ts';
import { described, either, object, type Shape, shapeToJsonSchema } from '../core/shape.ts';
import { dataShape, loopShape, matrixShape, stageKeys, varsShape } from './shapes.ts';

const template: Shape = { kind: 'string', pattern: /\$\{.+\}/ };

/** The JSON Schema (draft 2020-12) of pipeline.yaml, for editors. Generated, so that it says what is checked. */
export function pipelineSchema(actions: ActionCatalog): JsonObject {
  const templated = (plain: Shape): Shape => either('', plain, template);
  const stage = stageKeys(actions, templated);
  const shape = object({
    vars: described('Defaults for ${…}: files or maps; params.yaml is read even if unnamed', varsShape),
    data: described('Bytes that no stage makes; `mlops add PATH` writes these lines', dataShape),
    stages: described('What is done, by name', {
      kind: 'map',
      of: either(
        '',
        object({ ...stage, matrix: described('One stage for each combination', matrixShape) }),
        object(
          {
            foreach: described('One stage for each item', loopShape),
            do: described('The stage, with ${item} and ${key}', object(stage)),
          },
          ['foreach', 'do'],
        ),
      ),
    }),
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'mlops pipeline.yaml',
    ...shapeToJsonSchema(shape),
  };
}
