// The `stages:` of one file: foreach and matrix unrolled, `${}` filled in, each instance built.
import type { ActionCatalog } from '../core/action.ts';
import type { Location } from '../core/failure.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import type { PipelineFile, Stage } from '../core/pipeline.ts';
import { any, checkShape, object, type Shape } from '../core/shape.ts';
import { checksShape, followsNothing, instancesOf, writtenAt } from './checks.ts';
import { expandForeach, expandMatrix, type Instance } from './expand.ts';
import { Filler } from './fill.ts';
import type { ParamsFiles } from './params-files.ts';
import type { Problems } from './problems.ts';
import { readScope } from './scope.ts';
import { loopShape, matrixShape } from './shapes.ts';
import { buildStage } from './stage.ts';
import type { YamlFile } from './yaml.ts';
import type { Path } from './yaml-places.ts';

/** What the files of one repository share while they are loaded. */
export interface Surroundings {
  readonly params: ParamsFiles;
  readonly problems: Problems;
  /** Of a stage. */
  readonly shape: Shape;
  readonly actions: ActionCatalog;
}

/** What a definition unrolls to; `undefined` among the instances is the stage itself. */
interface Unrolled {
  readonly raw: Json;
  readonly path: Path;
  readonly instances: readonly (Instance | undefined)[];
}

/** What stands before `@` and after `:` stays readable in a name. */
const STAGE_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u;
const foreachShape = object({ foreach: loopShape, do: any }, ['foreach', 'do']);

/** Where a stage is written. */
interface Places {
  readonly name: Path;
  where(below: Path): Location;
  whereKey(below: Path): Location;
}

export class StagesReader {
  readonly #file: PipelineFile;
  readonly #yaml: YamlFile;
  readonly #around: Surroundings;
  readonly #vars: readonly Json[];
  readonly #filler: Filler;
  readonly #taken = new Set<string>();
  #globals: JsonObject | undefined;

  /** `vars` has its shape. */
  constructor(file: PipelineFile, yaml: YamlFile, around: Surroundings, vars: readonly Json[]) {
    this.#file = file;
    this.#yaml = yaml;
    this.#around = around;
    this.#vars = vars;
    this.#filler = new Filler(({ message, part, help }, path) => {
      around.problems.add(message, yaml.where(path, part), help);
      around.problems.mute(yaml.where(path));
    });
  }

  read(stages: JsonObject): Stage[] {
    if (this.#vars.length > 0) this.#scope();
    return Object.entries(stages).flatMap(([name, definition]) => {
      const path: Path = ['stages', name];
      if (!STAGE_NAME.test(name)) {
        const help = 'use letters, digits, "_", "-" and "."';
        this.#report(`"${name}" cannot be the name of a stage`, path, help);
      } else if (!isJsonObject(definition)) {
        this.#report(`stage "${name}" is empty`, path, 'give it a cmd: and what it reads and writes');
      } else return this.#readStage(name, definition, path);
      return [];
    });
  }

  /** The stages that `checks:` adds: each check after every stage that it follows. */
  readChecks(checks: JsonObject, stages: readonly Stage[]): Stage[] {
    const shape = checksShape(this.#around.actions);
    return Object.entries(checks).flatMap(([name, definition]) => {
      const path: Path = ['checks', name];
      if (!STAGE_NAME.test(name)) {
        this.#report(
          `"${name}" cannot be the name of a check`,
          path,
          'use letters, digits, "_", "-" and "."',
        );
        return [];
      }
      if (!this.#check(shape, definition, path)) return [];
      const raw = definition as JsonObject;
      for (const pattern of followsNothing(raw, stages))
        this.#report(`check "${name}" follows "${pattern}", which is no stage of this file`, [
          ...path,
          'stages',
        ]);
      const { body } = this.#filler.fillStage(raw, () => this.#scope(), path);
      return instancesOf(body, stages, this.#around.actions).flatMap((instance) => {
        const built = this.#build(name, `${name}@${instance.stage.local}`, raw, instance.body, {
          name: path,
          where: (below) => this.#yaml.where([...path, ...writtenAt(below)]),
          whereKey: (below) => this.#yaml.whereKey([...path, ...writtenAt(below)]),
        });
        return built ? [{ ...built, follows: instance.stage.name }] : [];
      });
    });
  }

  /** A value outside of stages, with its `${}` filled in; undefined when one of them could not be. */
  fill(value: Json, path: Path): Json | undefined {
    return this.#filler.fillValue(value, () => this.#scope(), path);
  }

  #readStage(name: string, definition: JsonObject, path: Path): Stage[] {
    const { raw, path: bodyPath, instances } = this.#unroll(definition, path);
    if (!isJsonObject(raw)) {
      this.#report(`"do" of stage "${name}" is no map`, bodyPath);
      return [];
    }
    return instances.flatMap((instance) => {
      const { body, sound } = this.#filler.fillStage(raw, () => this.#scope(instance), bodyPath);
      const stage = this.#build(name, instance ? `${name}@${instance.key}` : name, raw, body, {
        name: path,
        where: (below) => this.#yaml.where([...bodyPath, ...below]),
        whereKey: (below) => this.#yaml.whereKey([...bodyPath, ...below]),
      });
      return stage ? [sound ? stage : withoutTemplates(stage)] : [];
    });
  }

  /** Undefined when its name is taken, or its action or folder is unknown; that is reported. */
  #build(base: string, local: string, raw: JsonObject, body: JsonObject, places: Places): Stage | undefined {
    if (this.#taken.has(local)) {
      this.#report(
        `two stages would be named "${local}"`,
        places.name,
        'make the values of foreach or matrix differ',
      );
      return undefined;
    }
    this.#taken.add(local);
    const whereName = this.#yaml.whereKey(places.name);
    const source = {
      file: this.#file,
      local,
      base,
      raw,
      body,
      problems: this.#around.problems,
      whereName,
      where: (below: Path) => (below.length === 0 ? whereName : places.where(below)),
      whereKey: places.whereKey,
    };
    return buildStage(source, this.#around.shape, this.#around.actions);
  }

  #unroll(definition: JsonObject, path: Path): Unrolled {
    const { matrix, ...rest } = definition;
    if ('foreach' in definition || 'do' in definition) {
      const sound = this.#check(foreachShape, definition, path);
      const items = sound ? this.fill(definition['foreach']!, [...path, 'foreach']) : undefined;
      const loops = Array.isArray(items) || isJsonObject(items);
      if (items !== undefined && !loops) this.#report('foreach needs a list or a map', [...path, 'foreach']);
      const instances = loops ? expandForeach(items as readonly Json[] | JsonObject) : [];
      return { raw: definition['do'] ?? EMPTY, path: [...path, 'do'], instances };
    }
    if (matrix === undefined) return { raw: definition, path, instances: [undefined] };
    const axes = this.#check(matrixShape, matrix, [...path, 'matrix'])
      ? this.fill(matrix, [...path, 'matrix'])
      : undefined;
    for (const [axis, values] of Object.entries(axes ?? {})) {
      if (!Array.isArray(values)) this.#report(`"${axis}" needs a list of values`, [...path, 'matrix', axis]);
    }
    const sound = isJsonObject(axes) && Object.values(axes).every((each) => Array.isArray(each));
    const lists = (sound ? axes : {}) as { readonly [axis: string]: readonly Json[] };
    const count = Object.values(lists).reduce((product, values) => product * values.length, 1);
    if (count > MOST_INSTANCES)
      this.#report(
        `this makes ${count.toLocaleString('en')} stages, more than ${MOST_INSTANCES.toLocaleString('en')}`,
        [...path, 'matrix'],
        'give the axes fewer values',
      );
    return { raw: rest, path, instances: sound && count <= MOST_INSTANCES ? expandMatrix(lists) : [] };
  }

  /** What `${}` can name. Read when the first one asks: a params file that nobody names cannot be in the way. */
  #scope(instance?: Instance): JsonObject {
    this.#globals ??= readScope(
      this.#file.dir,
      this.#vars.map((value, index) => ({ value, where: this.#yaml.where(['vars', index]) })),
      this.#around.params,
      this.#around.problems,
    );
    return instance ? Object.assign(Object.create(null), this.#globals, instance.scope) : this.#globals;
  }

  #check(shape: Shape, value: Json, path: Path): boolean {
    const wrong = checkShape(shape, value, path);
    for (const each of wrong) {
      const where = each.key ? this.#yaml.whereKey(each.path) : this.#yaml.where(each.path);
      this.#around.problems.add(each.message, where, each.help);
    }
    return wrong.length === 0;
  }

  #report(message: string, path: Path, help?: string): void {
    this.#around.problems.add(message, this.#yaml.whereKey(path), help);
  }
}

/** What could not be filled in is no path to compare with others. */
function withoutTemplates(stage: Stage): Stage {
  const filled = (text: string): boolean => !text.includes('${');
  return {
    ...stage,
    deps: stage.deps.filter((dep) => filled(dep.kind === 'glob' ? dep.pattern : dep.path)),
    params: stage.params.filter(({ file, keys }) => filled(file) && keys.every(filled)),
    outs: stage.outs.filter(({ path }) => filled(path)),
  };
}

/** A slip of the keyboard must not fill memory. */
const MOST_INSTANCES = 100_000;

const EMPTY: JsonObject = {};
