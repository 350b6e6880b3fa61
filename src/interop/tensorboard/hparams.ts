// What the HPARAMS tab is told: the columns of its table once for all runs, and each run's values.
// Reference: tensorboard/plugins/hparams/{api,plugin_data}.proto
import type { Json } from '../../core/json.ts';
import { byCodeUnit } from '../../util/compare.ts';
import { ProtoWriter } from '../../util/protobuf.ts';
import { type ExportedRun, endOf, metricPoints } from '../exported.ts';
import { hparams } from './events.ts';
import {
  ANY,
  ENTRY,
  EXPERIMENT,
  HPARAM,
  HPARAM_TYPE,
  HPARAMS,
  INTERVAL,
  LIST,
  METRIC,
  METRIC_NAME,
  SESSION_END,
  SESSION_START,
  STATUS,
} from './schema.ts';

type Plain = string | number | boolean;

export function experimentInfo(runs: readonly ExportedRun[]): ProtoWriter {
  const experiment = new ProtoWriter();
  for (const name of namesOf(runs.map(({ params }) => params)))
    experiment.message(EXPERIMENT.hparams, column(name, runs));
  // Of metrics with a history that have a value of the whole run too, that one is the column.
  for (const name of namesOf(runs.map(finals))) experiment.message(EXPERIMENT.metrics, metricColumn(name));
  return hparams('_hparams_/experiment', new ProtoWriter().message(HPARAMS.experiment, experiment));
}

export function sessionStart(run: ExportedRun): ProtoWriter {
  const start = new ProtoWriter();
  for (const name of [...run.params.keys()].sort(byCodeUnit))
    start.message(
      SESSION_START.hparams,
      new ProtoWriter().text(ENTRY.key, name).message(ENTRY.value, anyOf(plain(run.params.get(name)!))),
    );
  start.text(SESSION_START.groupName, run.name).double(SESSION_START.startSeconds, run.started / 1000);
  return hparams('_hparams_/session_start_info', new ProtoWriter().message(HPARAMS.sessionStart, start));
}

export function sessionEnd(run: ExportedRun): ProtoWriter {
  const end = new ProtoWriter()
    .int(SESSION_END.status, STATUS.success)
    .double(SESSION_END.endSeconds, endOf(run) / 1000);
  return hparams('_hparams_/session_end_info', new ProtoWriter().message(HPARAMS.sessionEnd, end));
}

/** Names of what a run came to; of a run that has histories only, those. */
function finals(run: ExportedRun): Map<string, unknown> {
  const points = metricPoints(run);
  const told = [...run.metrics.keys()].map((name) => (points.has(`final/${name}`) ? `final/${name}` : name));
  return new Map((told.length > 0 ? told : [...points.keys()]).map((name) => [name, name]));
}

function column(name: string, runs: readonly ExportedRun[]): ProtoWriter {
  const values = runs.flatMap(({ params }) => (params.has(name) ? [plain(params.get(name)!)] : []));
  const distinct = [...new Set(values)];
  const types = new Set(distinct.map((value) => typeof value));
  const info = new ProtoWriter().text(HPARAM.name, name);
  if (types.size === 1 && types.has('number')) {
    const numbers = distinct as number[];
    const range = new ProtoWriter()
      .double(INTERVAL.min, Math.min(...numbers))
      .double(INTERVAL.max, Math.max(...numbers));
    info.int(HPARAM.type, HPARAM_TYPE.number).message(HPARAM.interval, range);
  } else {
    const boolean = types.size === 1 && types.has('boolean');
    const list = new ProtoWriter();
    for (const value of distinct) list.message(LIST.values, anyOf(boolean ? value : String(value)));
    info.int(HPARAM.type, boolean ? HPARAM_TYPE.boolean : HPARAM_TYPE.string).message(HPARAM.discrete, list);
  }
  return info.int(HPARAM.differs, distinct.length > 1 ? 1 : 0);
}

function metricColumn(tag: string): ProtoWriter {
  return new ProtoWriter().message(METRIC.name, new ProtoWriter().text(METRIC_NAME.tag, tag));
}

function anyOf(value: Plain): ProtoWriter {
  const any = new ProtoWriter();
  if (typeof value === 'number') return any.double(ANY.number, value);
  return typeof value === 'boolean' ? any.int(ANY.boolean, value ? 1 : 0) : any.text(ANY.text, value);
}

function plain(value: Json): Plain {
  return typeof value === 'object' ? JSON.stringify(value) : value;
}

function namesOf(maps: readonly ReadonlyMap<string, unknown>[]): string[] {
  return [...new Set(maps.flatMap((map) => [...map.keys()]))].sort(byCodeUnit);
}
