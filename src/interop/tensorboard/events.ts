// Events of TensorBoard: what was summarised at a step. Numbers are float32: its data server passes over tensors of
// doubles, and every reader knows `simple_value`.
import { ProtoWriter } from '../../util/protobuf.ts';
import { EVENT, METADATA, PLUGIN_DATA, SUMMARY, TENSOR, TENSOR_CLASS, TENSOR_TYPE, VALUE } from './schema.ts';

/** Named values of one event. */
export type Summary = readonly ProtoWriter[];

export function versionEvent(seconds: number): Uint8Array {
  return new ProtoWriter().double(EVENT.wallTime, seconds).text(EVENT.fileVersion, 'brain.Event:2').finish();
}

export function summaryEvent(seconds: number, step: number, summary: Summary): Uint8Array {
  const values = new ProtoWriter();
  for (const value of summary) values.message(SUMMARY.value, value);
  return new ProtoWriter()
    .double(EVENT.wallTime, seconds)
    .int(EVENT.step, step)
    .message(EVENT.summary, values)
    .finish();
}

export function scalar(tag: string, value: number): ProtoWriter {
  return new ProtoWriter().text(VALUE.tag, tag).float(VALUE.simpleValue, value);
}

/** Markdown. */
export function text(tag: string, words: string): ProtoWriter {
  const tensor = tensorOf(TENSOR_TYPE.string).text(TENSOR.stringValue, words);
  return tagged(tag, tensor, 'text');
}

/** For the hparams plugin what it is told stands beside the tensor, which says nothing. */
export function hparams(tag: string, content: ProtoWriter): ProtoWriter {
  const tensor = tensorOf(TENSOR_TYPE.float).float(TENSOR.floatValue, 0);
  return tagged(tag, tensor, 'hparams', content);
}

function tensorOf(type: number): ProtoWriter {
  return new ProtoWriter().int(TENSOR.type, type).message(TENSOR.shape, new ProtoWriter());
}

function tagged(tag: string, tensor: ProtoWriter, plugin: string, content = new ProtoWriter()): ProtoWriter {
  const data = new ProtoWriter().text(PLUGIN_DATA.pluginName, plugin).message(PLUGIN_DATA.content, content);
  const metadata = new ProtoWriter().message(METADATA.pluginData, data).int(METADATA.dataClass, TENSOR_CLASS);
  return new ProtoWriter()
    .text(VALUE.tag, tag)
    .message(VALUE.tensor, tensor)
    .message(VALUE.metadata, metadata);
}
