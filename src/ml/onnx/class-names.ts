// What the nodes that make a model's answers call the classes. Only those nodes: an ensemble holds classifiers of its own
// inside, which number their classes as they like.
import { listAttribute, listInitializer, type ModelNode, type OnnxModel } from './read.ts';

/** In the order of the scores; undefined when the graph does not say. */
export function classNamesIn(model: OnnxModel): readonly (string | number)[] | undefined {
  const makers = new Map(model.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  for (const output of model.outputs) {
    const maker = makerOf(output.name, makers);
    const names = maker && (ofClassifier(maker) ?? ofLookUp(maker, makers, model));
    if (names?.length) return names;
  }
  return undefined;
}

type Makers = ReadonlyMap<string, ModelNode>;

/** These change how values are held, or scale a row: which column is which class stays as it was. */
const PASSING = new Set(['Cast', 'Flatten', 'Identity', 'Normalizer', 'Reshape', 'Softmax', 'Squeeze']);

/** The last node that decides something on the way to `name`. */
function makerOf(name: string, makers: Makers): ModelNode | undefined {
  const node = makers.get(name);
  return node && PASSING.has(node.opType) ? makerOf(node.inputs[0]!, makers) : node;
}

const ATTRIBUTES: { readonly [opType: string]: readonly string[] } = {
  TreeEnsembleClassifier: ['classlabels_strings', 'classlabels_int64s'],
  LinearClassifier: ['classlabels_strings', 'classlabels_ints'],
  SVMClassifier: ['classlabels_strings', 'classlabels_ints'],
};

function ofClassifier(node: ModelNode): readonly (string | number)[] | undefined {
  return (ATTRIBUTES[node.opType] ?? [])
    .map((name) => listAttribute(node, name))
    .find((names) => names?.length);
}

/** scikit-learn models without a classifier node of their own look the label up: classes[argmax(scores)]. */
function ofLookUp(
  { opType, inputs }: ModelNode,
  makers: Makers,
  model: OnnxModel,
): readonly (string | number)[] | undefined {
  const [table, index] = inputs;
  if (opType !== 'ArrayFeatureExtractor' || makerOf(index!, makers)?.opType !== 'ArgMax') return undefined;
  return listInitializer(model, sourceOf(table!, makers));
}

/** The name behind nodes that only pass values on. */
function sourceOf(name: string, makers: Makers): string {
  const node = makers.get(name);
  return node && PASSING.has(node.opType) ? sourceOf(node.inputs[0]!, makers) : name;
}
