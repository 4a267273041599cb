/** The tarn at the top of the home page, drawn in the page's own colours. */
import { svg } from './dom.js';

const LAYERS: ReadonlyArray<readonly [string, string]> = [
  ['land-sky', 'M0 0h1200v420H0z'],
  ['land-far', 'M0 296c130-4 220-14 310-54 80-36 110-98 172-128 52-24 98-2 142 46 48 52 92 64 150 28 78-50 130-86 214-30 62 42 120 82 212 66v196H0z'],
  ['land-mid', 'M0 326c130-30 240-26 350-20 130 8 190-66 300-76 132-10 190 64 320 60 90-2 140-34 230-20v150H0z'],
  ['land-water', 'M0 336c200-16 420 6 620 0s400-14 580 2v84H0z'],
  ['land-near', 'M0 352c70-6 148 6 200 26 60 24 120 32 210 42H0zM1200 340c-90 2-150 20-214 44-44 16-96 28-166 36h380z'],
];

export function landscape(): SVGElement {
  const layers = LAYERS.map(([name, d]) => svg('path', { class: name, d }));
  const sun = svg('circle', { class: 'land-sun', cx: 872, cy: 106, r: 46 });
  const shine = svg('path', { class: 'land-shine', d: 'M838 356h70M824 372h98M850 388h46' });
  const trees = svg('path', { class: 'land-tree', d: 'M96 372l18-62 18 62zM140 384l14-48 14 48zM52 366l13-44 13 44zM1086 372l17-58 17 58zM1130 362l14-50 14 50zM1046 386l12-40 12 40z' });
  layers.splice(1, 0, sun);
  return svg(
    'svg',
    { class: 'landscape', viewBox: '0 0 1200 420', preserveAspectRatio: 'xMidYMax slice', 'aria-hidden': 'true' },
    ...layers,
    shine,
    trees,
  );
}
