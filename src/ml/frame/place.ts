import type { Frame } from './frame.ts';

/** The file of a frame's row, and which row of that file it is, counted from 1. */
export type PlaceOf = (row: number) => { readonly file: string; readonly row: number };

/** Null where the rows of the frame are those of one file: then its own numbers say as much. */
export function placesIn({ origin }: Frame): PlaceOf | null {
  if (!origin || (origin.files.length === 1 && !origin.kept)) return null;
  const { files, ends, kept } = origin;
  return (row) => {
    const at = kept ? kept[row]! : row;
    const file = ends.findIndex((end) => at < end);
    return { file: files[file]!, row: at - (file === 0 ? 0 : ends[file - 1]!) + 1 };
  };
}
