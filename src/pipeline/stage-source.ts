import type { Location } from '../core/failure.ts';
import type { JsonObject } from '../core/json.ts';
import type { PipelineFile } from '../core/pipeline.ts';
import type { Problems } from './problems.ts';
import type { Path } from './yaml-places.ts';

/** One stage of a file after foreach and matrix, before it is understood. Paths of locations lead from its body. */
export interface StageSource {
  readonly file: PipelineFile;
  /** `train@forest` */
  readonly local: string;
  /** `train` */
  readonly base: string;
  /** As it stands in the file. */
  readonly raw: JsonObject;
  /** After `${}`. */
  readonly body: JsonObject;
  readonly problems: Problems;
  /** The place of the stage's name. */
  readonly whereName: Location;
  where(path: Path): Location;
  whereKey(path: Path): Location;
}
