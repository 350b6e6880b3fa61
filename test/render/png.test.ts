// Pictures of their own, and as PNG files.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { standalone } from '../../src/render/picture.ts';
import { plotPictures } from '../../src/render/plots/svg-file.ts';
import { openPng } from '../../src/render/png.ts';
import { reportPictures } from '../../src/render/report/pictures.ts';
import { digestBytes } from '../../src/util/digest.ts';
import { SAMPLES } from './plots-samples.ts';
import { DRIFT, DRIFT_DETAILS, EVALUATION, EVALUATION_DETAILS } from './report-samples.ts';

const find = createRequire(import.meta.url).resolve;

const DRAWING = {
  wasm: readFileSync(find('@resvg/resvg-wasm/index_bg.wasm')),
  font: readFileSync(find('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf')),
};

/** For people to look at, where MLOPS_SCREENSHOTS names a folder. */
function keep(name: string, png: Uint8Array): void {
  const folder = process.env['MLOPS_SCREENSHOTS'];
  if (folder) writeFileSync(join(folder, name), png);
}

const DETAILS = EVALUATION_DETAILS as unknown as JsonObject;
const PICTURES = [
  ...SAMPLES.figures.flatMap(plotPictures),
  ...reportPictures(EVALUATION as unknown as JsonObject, DETAILS),
  ...reportPictures(DRIFT as unknown as JsonObject, DRIFT_DETAILS as unknown as JsonObject),
];

/** Width and height: the first chunk of a PNG file (its specification, 11.2.2). */
function sizeOf(png: Uint8Array): [number, number] {
  const bytes = Buffer.from(png);
  expect(bytes.toString('latin1', 1, 4)).toBe('PNG');
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

function written(text: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="20"><text x="2" y="14" font-family="system-ui, sans-serif" font-size="11">${text}</text></svg>`;
}

describe('pictures of a report', () => {
  it('are where a model is right, how it ranks, whether its scores hold, and what moved', () => {
    const titles = (report: object, details: JsonObject | null): string[] =>
      reportPictures(report as JsonObject, details).map(({ title }) => title);
    expect(titles(EVALUATION, DETAILS)).toEqual(['Confusion matrix', 'ROC curve', 'Calibration']);
    expect(titles(EVALUATION, null)).toEqual(['Confusion matrix']);
    expect(titles(DRIFT, null)).toEqual([]);
    expect(titles({ schema: 'mlops.validate/1', findings: [] }, null)).toEqual([]);
  });

  it('need no variables of a page, and say in words what they show', () => {
    for (const picture of PICTURES) {
      expect(standalone(picture)).not.toMatch(/var\(|light-dark|color-mix|<script/);
      expect(picture.words).not.toBe('');
    }
  });
});

describe('a PNG file', () => {
  it('is the picture, two pixels to a unit, below what hosts show', async () => {
    const draw = await openPng(DRAWING);
    for (const picture of PICTURES) {
      const svg = standalone(picture);
      const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)!.map(Number);
      const png = draw(svg, 2);
      expect(sizeOf(png)).toEqual([Math.ceil(2 * width!), Math.ceil(2 * height!)]);
      expect(png.length).toBeLessThan(1 << 20);
      keep(`${picture.title.replace(/\W+/g, '-')}.png`, png);
    }
  });

  it('is the same bytes each time, on every machine', async () => {
    const svg = written('0.75 loss ≥ 1 µm');
    const one = (await openPng(DRAWING))(svg, 2);
    const two = (await openPng(DRAWING))(svg, 2);
    expect(Buffer.from(one).equals(two)).toBe(true);
    expect(digestBytes(one)).toBe('7c83896294206e81637316041bbfc3c5ca4f583f06431f2e87cd0d678ebe578a');
  });

  it('shows a box for each letter that its font lacks', async () => {
    const draw = await openPng(DRAWING);
    const [none, one, two] = ['', '語', '語語'].map((text) => draw(written(text), 2));
    expect(Buffer.from(none!).equals(one!)).toBe(false);
    expect(Buffer.from(one!).equals(two!)).toBe(false);
  });

  it('of a picture that is no SVG is an error, and draws the next one', async () => {
    const draw = await openPng(DRAWING);
    expect(() => draw('no picture', 2)).toThrow();
    expect(sizeOf(draw(written('next'), 1))).toEqual([120, 20]);
  });
});
