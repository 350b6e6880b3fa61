import type { ActionCatalog } from '../core/action.ts';
import type { JsonObject } from '../core/json.ts';
import { described, either, type Shape, shapeToJsonSchema } from '../core/shape.ts';
import { checksShape } from './checks.ts';
import { dataShape, loopShape, matrixShape, plotsShape, stageKeys, varsShape } from './shapes.ts';

const template: Shape = { kind: 'string', pattern: /\$\{.+\}/ };

/** The JSON Schema (draft 2020-12) of pipeline.yaml, for editors. Generated, so that it says what is checked. */
export function pipelineSchema(actions: ActionCatalog): JsonObject {
  const keys = Object.entries(stageKeys(actions));
  const stage = Object.fromEntries(keys.map(([key]) => [key, { $ref: `#/$defs/${key}` }]));
  const matrix = shapeToJsonSchema(described('One stage for each combination', matrixShape));
  const foreach = shapeToJsonSchema(described('One stage for each item', loopShape));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'mlops pipeline.yaml',
    ...closed({
      vars: shapeToJsonSchema(
        described('Defaults for ${…}: files or maps; params.yaml is read even if unnamed', varsShape),
      ),
      data: shapeToJsonSchema(
        described('Bytes that no stage makes; `mlops add PATH` writes these lines', dataShape),
      ),
      plots: shapeToJsonSchema(
        described('What `mlops plots` draws: files, or names with columns of files', templated(plotsShape)),
      ),
      stages: {
        description: 'What is done, by name',
        type: 'object',
        additionalProperties: {
          anyOf: [
            closed({ ...stage, matrix }),
            { ...closed({ foreach, do: closed(stage) }), required: ['foreach', 'do'] },
          ],
        },
      },
      checks: {
        description: 'What is checked after each stage, by name',
        type: 'object',
        additionalProperties: shapeToJsonSchema(templated(checksShape(actions))),
      },
    }),
    $defs: Object.fromEntries(keys.map(([key, shape]) => [key, shapeToJsonSchema(templated(shape))])),
  };
}

function closed(properties: JsonObject): JsonObject {
  return { type: 'object', properties, additionalProperties: false };
}

/** Inside a stage every value may be written as `${…}`. Files themselves are checked after that is filled in. */
function templated(shape: Shape): Shape {
  const anyText = shape.kind === 'any' || (shape.kind === 'string' && !shape.oneOf && !shape.pattern);
  if (anyText) return shape;
  const { desc, ...bare } = shape;
  const shapes = bare.kind === 'either' ? bare.shapes.map(inside) : [inside(bare)];
  const open = either('', ...shapes, template);
  return desc === undefined ? open : described(desc, open);
}

function inside(shape: Shape): Shape {
  switch (shape.kind) {
    case 'list':
    case 'map':
      return { ...shape, of: templated(shape.of) };
    case 'object':
      return {
        ...shape,
        keys: Object.fromEntries(Object.entries(shape.keys).map(([key, each]) => [key, templated(each)])),
      };
    case 'either':
      return { ...shape, shapes: shape.shapes.map(inside) };
    default:
      return shape;
  }
}
