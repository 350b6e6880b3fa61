// scikit-learn exports end in a ZipMap: its output is a list of maps, which ONNX Runtime for Node cannot hand out.
// In memory the ZipMap node becomes an Identity of the same name, so the output is the matrix it was made from.
import { ProtoWriter, readFields } from '../../util/protobuf.ts';
import { listAttribute, type ModelNode, type OnnxModel, readModel } from './read.ts';
import { DIM, FLOAT32, GRAPH, MODEL, NODE, SHAPE, TENSOR_TYPE, TYPE, VALUE_INFO } from './schema.ts';

/** The ZipMap nodes whose output the model hands out. */
export function zipMapsOf(model: OnnxModel): readonly ModelNode[] {
  const outputs = new Set(model.outputs.map(({ name }) => name));
  return model.nodes.filter((node) => node.opType === 'ZipMap' && outputs.has(node.outputs[0]!));
}

export function zipMapLabels(node: ModelNode): readonly (string | number)[] | undefined {
  return listAttribute(node, 'classlabels_strings') ?? listAttribute(node, 'classlabels_int64s');
}

/** The model without its ZipMaps; itself when it has none. Everything else stays byte for byte. */
export function withoutZipMaps(model: OnnxModel, path: string): OnnxModel {
  const zipMaps = new Map(zipMapsOf(model).map((node) => [node.outputs[0]!, node]));
  if (zipMaps.size === 0) return model;
  const writer = new ProtoWriter();
  for (const field of readFields(model.bytes)) {
    if (field.number === MODEL.graph && field.kind === 'bytes')
      writer.message(MODEL.graph, rewriteGraph(field.value, zipMaps));
    else writer.raw(field.raw);
  }
  return readModel(writer.finish(), path);
}

function rewriteGraph(graph: Uint8Array, zipMaps: ReadonlyMap<string, ModelNode>): ProtoWriter {
  const writer = new ProtoWriter();
  for (const field of readFields(graph)) {
    const zipMap = field.kind === 'bytes' ? zipMapOf(field.number, field.value, zipMaps) : undefined;
    if (!zipMap) writer.raw(field.raw);
    else if (field.number === GRAPH.node) writer.message(GRAPH.node, identity(zipMap));
    else writer.message(GRAPH.output, matrix(zipMap));
  }
  return writer;
}

/** The ZipMap that this field of the graph is, or declares the output of. */
function zipMapOf(
  number: number,
  bytes: Uint8Array,
  zipMaps: ReadonlyMap<string, ModelNode>,
): ModelNode | undefined {
  if (number !== GRAPH.node && number !== GRAPH.output) return undefined;
  const wanted = number === GRAPH.node ? NODE.output : VALUE_INFO.name;
  const name = readFields(bytes).find((field) => field.number === wanted && field.kind === 'bytes');
  return name?.kind === 'bytes' ? zipMaps.get(new TextDecoder().decode(name.value)) : undefined;
}

function identity(zipMap: ModelNode): ProtoWriter {
  return new ProtoWriter()
    .text(NODE.input, zipMap.inputs[0]!)
    .text(NODE.output, zipMap.outputs[0]!)
    .text(NODE.opType, 'Identity');
}

function matrix(zipMap: ModelNode): ProtoWriter {
  const shape = new ProtoWriter()
    .message(SHAPE.dim, new ProtoWriter().text(DIM.param, 'N'))
    .message(SHAPE.dim, new ProtoWriter().int(DIM.value, zipMapLabels(zipMap)?.length ?? 0));
  const tensor = new ProtoWriter().int(TENSOR_TYPE.elemType, FLOAT32).message(TENSOR_TYPE.shape, shape);
  return new ProtoWriter()
    .text(VALUE_INFO.name, zipMap.outputs[0]!)
    .message(VALUE_INFO.type, new ProtoWriter().message(TYPE.tensor, tensor));
}
