// The script of the page of plots: the values under the pointer, or under the arrow keys. It reads what the pictures
// themselves carry. Without it the page says the same, a little less exactly.
import { dotAt, pointsAt } from './nearest.ts';
import { type Picture, pictureIn } from './picture.ts';
import { type Tip, tipOf } from './tip.ts';

for (const stage of document.querySelectorAll<HTMLElement>('.stage')) {
  const picture = pictureIn(stage);
  if (picture) follow(picture, tipOf(stage, picture));
}

function follow(picture: Picture, tip: Tip): void {
  const { svg, x, series } = picture;
  svg.setAttribute('tabindex', '0');
  const dots = series.some(({ kind }) => kind === 'dots');
  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect();
    const scale = svg.viewBox.baseVal.width / box.width;
    const [left, top] = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
    const dot = dots ? dotAt(picture, left, top) : undefined;
    tip.show(dots ? (dot ? [dot] : []) : pointsAt(picture, x.back(left)));
  });
  svg.addEventListener('pointerleave', tip.hide);
  svg.addEventListener('blur', tip.hide);
  const step = dots ? undefined : stepper(picture);
  svg.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') tip.hide();
    const value = step?.(event.key);
    if (value === undefined) return;
    event.preventDefault();
    tip.show(pointsAt(picture, value));
  });
}

/** The value of x that a key leads to. */
function stepper({ series }: Picture): (key: string) => number | undefined {
  const values = [...new Set(series.flatMap(({ points }) => points.map(([value]) => value)))].sort(
    (a, b) => a - b,
  );
  const steps: { readonly [key: string]: number } = {
    ArrowLeft: -1,
    ArrowRight: 1,
    Home: -values.length,
    End: values.length,
  };
  let at = -1;
  return (key) => {
    const step = steps[key];
    if (step === undefined) return undefined;
    at = Math.min(values.length - 1, Math.max(0, at + step));
    return values[at];
  };
}
