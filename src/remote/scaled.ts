/** Counts the bytes of a whole as bytes of the part of it that is spoken of: at its end exactly `part` were told. */
export function scaled(moved: (bytes: number) => void, part: number, whole: number): (bytes: number) => void {
  let seen = 0;
  let told = 0;
  return (bytes) => {
    seen += bytes;
    const now = whole === 0 ? 0 : Math.floor((Math.min(seen, whole) * part) / whole);
    if (now !== told) moved(now - told);
    told = now;
  };
}
