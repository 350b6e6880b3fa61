// Pictures as PNG files.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Picture, standalone } from '../render/picture.ts';
import { openPng } from '../render/png.ts';
import { writeAtomic } from '../util/atomic-write.ts';

/** On a telephone two of its pixels are one of an SVG. */
const SCALE = 2;
/** What hosts of repositories show; a plot has a tenth of it. */
const MOST_BYTES = 1 << 20;

export interface Png {
  readonly picture: Picture;
  readonly file: string;
}

/** Into files `01-confusion-matrix.png`, … in `folder`, in their order. One that is too large even at half the size is left out. */
export async function writePngs(pictures: readonly Picture[], folder: string): Promise<Png[]> {
  if (pictures.length === 0) return [];
  const draw = await openPng({ wasm: beside('resvg.wasm'), font: beside('font.ttf') });
  return pictures.flatMap((picture, at) => {
    const svg = standalone(picture);
    const bytes = [SCALE, SCALE / 2]
      .map((scale) => draw(svg, scale))
      .find(({ length }) => length <= MOST_BYTES);
    if (bytes === undefined) return [];
    const file = `${String(at + 1).padStart(2, '0')}-${slug(picture.title)}.png`;
    writeAtomic(join(folder, file), bytes, { durable: false });
    return [{ picture, file }];
  });
}

/** Put there by build.mjs. */
function beside(name: string): Uint8Array {
  return readFileSync(new URL(`./${name}`, import.meta.url));
}

const LONGEST = 40;

/** Letters and digits that need no care in a shell, an URL or a comment. */
function slug(title: string): string {
  const safe = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, '');
  return safe === '' ? 'picture' : safe;
}
