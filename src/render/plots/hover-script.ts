// What the page runs: the values under the pointer, or under the arrow keys. It reads what the picture itself carries
// and writes text only, so that a hostile name stays a name. Without it the page says the same, a little less exactly.

export const HOVER_SCRIPT = `'use strict';
for (const stage of document.querySelectorAll('.stage')) {
  const svg = stage.querySelector('svg'), plot = svg && svg.querySelector('g[data-x]');
  if (!plot) continue;
  const axis = (text) => {
    const [low, high, from, to, kind] = text.split(' ');
    const log = kind === 'log', f = log ? Math.log10 : (v) => v;
    const [a, b, p, q] = [f(+low), f(+high), +from, +to];
    return {
      to: (v) => (a === b ? (p + q) / 2 : p + ((f(v) - a) / (b - a)) * (q - p)),
      back: (px) => { const v = a + ((px - p) / (q - p)) * (b - a); return log ? 10 ** v : v; },
    };
  };
  const x = axis(plot.dataset.x), y = axis(plot.dataset.y);
  const [top, bottom] = plot.dataset.box.split(' ').map(Number);
  const series = [...plot.querySelectorAll('g[data-xy]')].map((g) => ({
    name: g.dataset.name,
    color: [...g.classList].find((each) => /^p\\d$/.test(each)),
    dots: g.dataset.dots === '1',
    points: g.dataset.xy === '' ? [] : g.dataset.xy.split(' ').map((pair) => pair.split(',').map(Number)),
  }));
  const dots = series.some((each) => each.dots);
  const make = (tag, attributes) => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const over = make('g', { 'pointer-events': 'none' });
  svg.append(over);
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  tip.setAttribute('role', 'status');
  stage.append(tip);
  svg.setAttribute('tabindex', '0');
  const places = [...new Set(series.flatMap((each) => each.points.map((point) => point[0])))].sort((a, b) => a - b);
  const number = (v) => (Number.isInteger(v) ? String(v) : String(+v.toPrecision(5))).replace('-', '\\u2212');
  const nearest = (points, at) => {
    let low = 0, high = points.length - 1;
    while (high - low > 1) { const middle = (low + high) >> 1; if (points[middle][0] <= at) low = middle; else high = middle; }
    return at - points[low][0] <= points[high][0] - at ? points[low] : points[high];
  };
  const row = (name, value, color) => {
    const line = document.createElement('div'), left = document.createElement('span'), label = document.createElement('i');
    left.className = color; label.textContent = name; left.append(label);
    line.append(left, value);
    return line;
  };
  const hide = () => { tip.hidden = true; over.replaceChildren(); };
  const show = (px, found, head) => {
    if (found.length === 0) return hide();
    over.replaceChildren();
    if (!dots) over.append(make('line', { class: 'cross', x1: px, x2: px, y1: top, y2: bottom }));
    const title = document.createElement('b');
    title.textContent = head;
    tip.replaceChildren(title);
    for (const { each, point } of found) {
      const at = make('g', { class: each.color });
      at.append(make('circle', { class: 'at', r: 3.5, cx: x.to(point[0]), cy: y.to(point[1]) }));
      over.append(at);
      tip.append(row(each.name, number(point[1]), each.color));
    }
    tip.hidden = false;
    const box = svg.getBoundingClientRect(), scale = box.width / svg.viewBox.baseVal.width;
    // Above the picture, so that it hides nothing that is looked at.
    tip.style.left = Math.min(box.width - tip.offsetWidth, Math.max(0, px * scale - tip.offsetWidth / 2)) + 'px';
    tip.style.bottom = stage.offsetHeight - Math.max(0, top - 8) * scale + 'px';
  };
  const label = (v) => (plot.dataset.label ? plot.dataset.label + ' ' : '') + number(v);
  const showAt = (v) => {
    const found = series.filter((each) => each.points.length > 0).map((each) => ({ each, point: nearest(each.points, v) }));
    const next = found.reduce((best, { point }) => (Math.abs(point[0] - v) < Math.abs(best - v) ? point[0] : best), Infinity);
    // A series that ended long before has nothing to say here.
    const near = found.filter(({ point }) => Math.abs(x.to(point[0]) - x.to(next)) < 12);
    show(x.to(next), near, label(next));
  };
  const showDot = (px, py) => {
    let best, least = 400;
    for (const each of series) for (const point of each.points) {
      const far = (x.to(point[0]) - px) ** 2 + (y.to(point[1]) - py) ** 2;
      if (far < least) { least = far; best = { each, point }; }
    }
    if (best) show(x.to(best.point[0]), [best], label(best.point[0])); else hide();
  };
  let at = -1;
  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect(), scale = svg.viewBox.baseVal.width / box.width;
    const px = (event.clientX - box.left) * scale, py = (event.clientY - box.top) * scale;
    if (dots) showDot(px, py); else showAt(x.back(px));
  });
  svg.addEventListener('pointerleave', hide);
  svg.addEventListener('blur', hide);
  svg.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') return hide();
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -places.length, End: places.length }[event.key];
    if (step === undefined || dots || places.length === 0) return;
    event.preventDefault();
    at = Math.min(places.length - 1, Math.max(0, at + step));
    showAt(places[at]);
  });
}
`;
