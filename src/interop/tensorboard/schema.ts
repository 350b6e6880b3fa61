// Field numbers of TensorFlow's event.proto, summary.proto, tensor.proto, of TensorBoard's hparams plugin and of
// google.protobuf.Value, as far as we write them.
export const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 } as const;
export const SUMMARY = { value: 1 } as const;
export const VALUE = { tag: 1, simpleValue: 2, tensor: 8, metadata: 9 } as const;
export const METADATA = { pluginData: 1, dataClass: 4 } as const;
export const PLUGIN_DATA = { pluginName: 1, content: 2 } as const;
export const TENSOR_CLASS = 2;
export const TENSOR = { type: 1, shape: 2, floatValue: 5, stringValue: 8 } as const;
export const TENSOR_TYPE = { float: 1, string: 7 } as const;

export const HPARAMS = { experiment: 2, sessionStart: 3, sessionEnd: 4 } as const;
export const EXPERIMENT = { hparams: 4, metrics: 5 } as const;
export const HPARAM = { name: 1, type: 4, discrete: 5, interval: 6, differs: 7 } as const;
export const HPARAM_TYPE = { string: 1, boolean: 2, number: 3 } as const;
export const INTERVAL = { min: 1, max: 2 } as const;
export const METRIC = { name: 1 } as const;
export const METRIC_NAME = { tag: 2 } as const;
export const SESSION_START = { hparams: 1, groupName: 4, startSeconds: 5 } as const;
export const SESSION_END = { status: 1, endSeconds: 2 } as const;
export const STATUS = { success: 1 } as const;

export const ENTRY = { key: 1, value: 2 } as const;
export const ANY = { number: 2, text: 3, boolean: 4 } as const;
export const LIST = { values: 1 } as const;
