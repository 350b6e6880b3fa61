// Whether every colour can be read on what it stands on, in the light and in the dark.
import { describe, expect, it } from 'vitest';
import { HEAT_CSS } from '../../src/render/chart/confusion.ts';
import { THEMES } from '../../src/render/chart/style.ts';
import { contrast, mixed, rgb } from './contrast.ts';

const TEXT = 4.5;
const PICTURE = 3;

function colorsOf(theme: string): (name: string) => ReturnType<typeof rgb> {
  const all = new Map(
    [...theme.matchAll(/--([a-z0-9]+):(#[0-9a-f]{3,6});/g)].map(([, name, hex]) => [name, hex!]),
  );
  return (name) => rgb(all.get(name)!);
}

describe.each(Object.entries(THEMES))('colours in the %s', (_, theme) => {
  const color = colorsOf(theme);

  it.each(['ink', 'soft', 'good', 'warn', 'bad', 'cur'])('%s is read as text on every ground', (name) => {
    for (const ground of ['paper', 'card', 'wash'])
      expect(contrast(color(name), color(ground)), `${name} on ${ground}`).toBeGreaterThanOrEqual(TEXT);
  });

  it.each(['s1', 's2', 's3', 's4', 's5', 's6', 'cur', 'bad'])('%s is seen as a line', (name) => {
    expect(contrast(color(name), color('card'))).toBeGreaterThanOrEqual(PICTURE);
  });

  it('the numbers of a matrix are read on every step of its heat', () => {
    const steps = [
      ...HEAT_CSS.matchAll(
        /\.heat(\d+)\{background:color-mix\(in srgb,var\(--heat\) (\d+)%,var\(--card\)\)\}/g,
      ),
    ];
    expect(steps).toHaveLength(11);
    const white = /((?:\.heat\d+,?)+)\{color:#fff\}/.exec(HEAT_CSS)![1]!.split(',');
    for (const [, step, share] of steps) {
      const ground = mixed(color('heat'), Number(share), color('card'));
      const text = white.includes(`.heat${step}`) ? rgb('#fff') : color('ink');
      expect(contrast(text, ground), `step ${step}`).toBeGreaterThanOrEqual(TEXT);
    }
  });
});

it('knows the ratios that WCAG gives', () => {
  expect(contrast(rgb('#000'), rgb('#fff'))).toBeCloseTo(21, 6);
  expect(contrast(rgb('#777777'), rgb('#ffffff'))).toBeCloseTo(4.48, 2);
});
