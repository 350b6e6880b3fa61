// SVG → PNG, for places that show no SVG: comments on pull requests, mails. Drawn by resvg in WebAssembly with one font of
// ours, so that the same picture is the same bytes on every machine. What the font lacks (Chinese, Japanese, Korean) is
// drawn as empty boxes.
import type { Resvg } from '@resvg/resvg-wasm';

export interface Drawing {
  /** The module of @resvg/resvg-wasm. */
  readonly wasm: Uint8Array;
  /** DejaVu Sans Condensed, about as wide as the fonts that charts are laid out for. */
  readonly font: Uint8Array;
}

export type DrawPng = (svg: string, scale: number) => Uint8Array;

/** On white paper, `scale` pixels to a unit of the SVG. May be opened several times. */
export async function openPng({ wasm, font }: Drawing): Promise<DrawPng> {
  const resvg = await import('@resvg/resvg-wasm');
  // The package keeps one module for the process, and refuses a second.
  if (!isStarted(resvg.Resvg)) await resvg.initWasm(wasm);
  return (svg, scale) => {
    const picture = new resvg.Resvg(svg, {
      background: '#fff',
      fitTo: { mode: 'zoom', value: scale },
      font: { fontBuffers: [font], defaultFontFamily: FAMILY, sansSerifFamily: FAMILY },
    });
    try {
      const drawn = picture.render();
      try {
        return drawn.asPng();
      } finally {
        drawn.free();
      }
    } finally {
      picture.free();
    }
  };
}

const FAMILY = 'DejaVu Sans';

function isStarted(Renderer: typeof Resvg): boolean {
  try {
    new Renderer('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>').free();
    return true;
  } catch {
    return false;
  }
}
