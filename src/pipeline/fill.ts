// The `${…}` of one stage. Inside `cmd` values are quoted for the shell, inside a glob they match only themselves,
// everywhere else they are inserted as they are; `desc` and `meta` are left alone.
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { escapeGlob, isGlob, unescapeGlob } from '../util/glob.ts';
import { fillCommand } from './command.ts';
import { asText, fill, lookUp, parseTemplate, type Segment, TemplateProblem } from './template.ts';
import type { Path } from './yaml-places.ts';

const UNTOUCHED = new Set(['desc', 'meta']);

type FillText = (segments: readonly Segment[], written: string) => Json;

export interface Filled {
  readonly body: JsonObject;
  readonly sound: boolean;
}

export class Filler {
  /** Templates are parsed once, however many instances a stage has. */
  readonly #parsed = new Map<string, readonly Segment[]>();
  readonly #report: (problem: TemplateProblem, path: Path) => void;

  constructor(report: (problem: TemplateProblem, path: Path) => void) {
    this.#report = report;
  }

  /** `body` with every expression replaced; those that could not be are reported and left. `path` is where it stands. */
  fillStage(body: JsonObject, scope: () => JsonObject, path: Path): Filled {
    if (!needsFilling(body) && !needsUnescaping(body['deps'])) return { body, sound: true };
    let sound = true;
    const failed = (problem: TemplateProblem, at: Path): void => {
      sound = false;
      this.#report(problem, at);
    };
    const plain: FillText = (segments) => fill(segments, scope());
    const shell = body['shell'];
    const how: { readonly [key: string]: FillText } = {
      cmd: (segments) => fillCommand(segments, scope(), typeof shell === 'string' ? shell : undefined),
      deps: (segments, written) => fillDep(segments, written, scope),
    };
    const filled = Object.create(null) as Record<string, Json>;
    for (const [key, value] of Object.entries(body)) {
      filled[key] = UNTOUCHED.has(key) ? value : this.#fill(value, how[key] ?? plain, failed, [...path, key]);
    }
    return { body: filled, sound };
  }

  /** One value outside stages: the items of foreach and matrix. */
  fillValue(value: Json, scope: () => JsonObject, path: Path): Json | undefined {
    let sound = true;
    const filled = this.#fill(
      value,
      (segments) => fill(segments, scope()),
      (problem, at) => {
        sound = false;
        this.#report(problem, at);
      },
      path,
    );
    return sound ? filled : undefined;
  }

  #fill(
    value: Json,
    fillText: FillText,
    failed: (problem: TemplateProblem, path: Path) => void,
    path: Path,
  ): Json {
    if (typeof value === 'string') {
      try {
        return fillText(this.#parse(value), value);
      } catch (error) {
        if (!(error instanceof TemplateProblem)) throw error;
        failed(error, path);
        return value;
      }
    }
    if (Array.isArray(value)) {
      return value.map((each: Json, index) => this.#fill(each, fillText, failed, [...path, index]));
    }
    if (!isJsonObject(value)) return value;
    const filled = Object.create(null) as Record<string, Json>;
    for (const [key, each] of Object.entries(value)) {
      const name = key.includes('${') ? String(this.#fill(key, fillText, failed, [...path, key])) : key;
      filled[name] = this.#fill(each, fillText, failed, [...path, key]);
    }
    return filled;
  }

  #parse(text: string): readonly Segment[] {
    const known = this.#parsed.get(text);
    if (known) return known;
    const segments = parseTemplate(text);
    this.#parsed.set(text, segments);
    return segments;
  }
}

/** Whether a dep is a glob is decided by what stands in the file, never by a value. */
export function isGlobDep(written: string): boolean {
  return isGlob(written.replace(/\$\{.*?\}/gs, ''));
}

function fillDep(segments: readonly Segment[], written: string, scope: () => JsonObject): Json {
  if (isGlobDep(written)) {
    return segments
      .map((each) =>
        typeof each === 'string' ? each : escapeGlob(asText(lookUp(each, scope()), each.written)),
      )
      .join('');
  }
  return fill(
    segments.map((each) => (typeof each === 'string' ? unescapeGlob(each) : each)),
    scope(),
  );
}

function needsFilling(value: Json): boolean {
  if (typeof value === 'string') return value.includes('${');
  if (Array.isArray(value)) return value.some(needsFilling);
  return (
    isJsonObject(value) &&
    Object.entries(value).some(([key, each]) => key.includes('${') || needsFilling(each))
  );
}

function needsUnescaping(deps: Json | undefined): boolean {
  return Array.isArray(deps) && deps.some((dep: Json) => typeof dep === 'string' && dep.includes('\\'));
}
