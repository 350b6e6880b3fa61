// ONNX's protobuf messages from plain values: nodes, attributes, tensors, whole models. Knows no kind of model.
import { ProtoWriter } from '../../util/protobuf.ts';
import {
  ATTRIBUTE,
  ATTRIBUTE_TYPE,
  DIM,
  ENTRY,
  FLOAT32,
  FLOAT64,
  GRAPH,
  type INT64,
  MODEL,
  NODE,
  OPSET,
  SHAPE,
  TENSOR,
  TENSOR_TYPE,
  TYPE,
  VALUE_INFO,
} from './schema.ts';

/** An attribute's value; its name comes from the map it stands in. */
export type Attribute = (name: string) => ProtoWriter;

const attribute = (name: string, type: number): ProtoWriter =>
  new ProtoWriter().text(ATTRIBUTE.name, name).int(ATTRIBUTE.type, type);
export const int =
  (value: number): Attribute =>
  (name) =>
    attribute(name, ATTRIBUTE_TYPE.int).int(ATTRIBUTE.i, value);
export const float =
  (value: number): Attribute =>
  (name) =>
    attribute(name, ATTRIBUTE_TYPE.float).float(ATTRIBUTE.f, value);
export const ints =
  (values: readonly number[]): Attribute =>
  (name) =>
    attribute(name, ATTRIBUTE_TYPE.ints).packedInts(ATTRIBUTE.ints, values);
export const floats =
  (values: readonly number[]): Attribute =>
  (name) =>
    attribute(name, ATTRIBUTE_TYPE.floats).packedFloats(ATTRIBUTE.floats, values);
export const text =
  (value: string): Attribute =>
  (name) =>
    attribute(name, ATTRIBUTE_TYPE.string).text(ATTRIBUTE.s, value);
export const strings =
  (values: readonly string[]): Attribute =>
  (name) => {
    const writer = attribute(name, ATTRIBUTE_TYPE.strings);
    for (const value of values) writer.text(ATTRIBUTE.strings, value);
    return writer;
  };

export function writeNode(
  opType: string,
  domain: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: { readonly [name: string]: Attribute },
): ProtoWriter {
  const node = new ProtoWriter();
  for (const input of inputs) node.text(NODE.input, input);
  for (const output of outputs) node.text(NODE.output, output);
  node.text(NODE.opType, opType);
  for (const [name, write] of Object.entries(attributes)) node.message(NODE.attribute, write(name));
  if (domain !== '') node.text(NODE.domain, domain);
  return node;
}

export interface ValueInfo {
  readonly name: string;
  readonly type: number;
  readonly shape: readonly (string | number)[];
}
export interface Initializer {
  readonly name: string;
  readonly dims: readonly number[];
  readonly values: ArrayLike<number>;
  /** float32 where not said. */
  readonly type?: typeof FLOAT32 | typeof FLOAT64 | typeof INT64;
}

/** ONNX 1.13 (IR 8, opset 17, ai.onnx.ml 3): read by every ONNX Runtime since 1.14. */
export function writeModel(model: {
  readonly nodes: readonly ProtoWriter[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly initializers: readonly Initializer[];
  readonly metadata: { readonly [key: string]: string };
}): Uint8Array {
  const graph = new ProtoWriter();
  for (const node of model.nodes) graph.message(GRAPH.node, node);
  graph.text(GRAPH.name, 'mlops');
  for (const each of model.initializers) graph.message(GRAPH.initializer, writeTensor(each));
  for (const each of model.inputs) graph.message(GRAPH.input, writeValueInfo(each));
  for (const each of model.outputs) graph.message(GRAPH.output, writeValueInfo(each));
  const writer = new ProtoWriter()
    .int(MODEL.irVersion, 8)
    .text(MODEL.producerName, 'mlops')
    .message(MODEL.graph, graph)
    .message(MODEL.opsetImport, new ProtoWriter().text(OPSET.domain, '').int(OPSET.version, 17))
    .message(MODEL.opsetImport, new ProtoWriter().text(OPSET.domain, 'ai.onnx.ml').int(OPSET.version, 3));
  for (const [key, value] of Object.entries(model.metadata))
    writer.message(MODEL.metadataProps, new ProtoWriter().text(ENTRY.key, key).text(ENTRY.value, value));
  return writer.finish();
}

function writeTensor({ name, dims, values, type = FLOAT32 }: Initializer): ProtoWriter {
  return new ProtoWriter()
    .packedInts(TENSOR.dims, dims)
    .int(TENSOR.dataType, type)
    .text(TENSOR.name, name)
    .bytes(TENSOR.rawData, rawData(values, type));
}

/** Little-endian, as ONNX has it on every machine. */
function rawData(values: ArrayLike<number>, type: number): Uint8Array {
  const size = type === FLOAT32 ? 4 : 8;
  const view = new DataView(new ArrayBuffer(size * values.length));
  for (let i = 0; i < values.length; i++) {
    if (type === FLOAT32) view.setFloat32(4 * i, values[i]!, true);
    else if (type === FLOAT64) view.setFloat64(8 * i, values[i]!, true);
    else view.setBigInt64(8 * i, BigInt(values[i]!), true);
  }
  return new Uint8Array(view.buffer);
}

function writeValueInfo({ name, type, shape }: ValueInfo): ProtoWriter {
  const dims = new ProtoWriter();
  for (const each of shape) {
    const dim = new ProtoWriter();
    dims.message(SHAPE.dim, typeof each === 'string' ? dim.text(DIM.param, each) : dim.int(DIM.value, each));
  }
  const tensor = new ProtoWriter().int(TENSOR_TYPE.elemType, type).message(TENSOR_TYPE.shape, dims);
  return new ProtoWriter()
    .text(VALUE_INFO.name, name)
    .message(VALUE_INFO.type, new ProtoWriter().message(TYPE.tensor, tensor));
}
