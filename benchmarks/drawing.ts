// Charts as SVG: bars with their least and most, lines over a logarithmic axis. Readable on light and on dark pages.

import { init, type CustomSeriesOption, type EChartsCoreOption } from 'echarts';

import type { Curve, Figure } from './benchmark';
import { written } from './printing';
import type { Measured } from './results';

const WIDTH = 840;
const BAR_HEIGHT = 34;
const MARGIN = 60;
const CURVES_HEIGHT = 360;
const LABEL_GAP = 8;
const [OURS, OTHERS, WHISKER, LINES] = ['#2f7ed8', '#9aa4b1', '#d9534f', '#7d8590'] as const;

/** Nobody measures text where there is no screen: so wide is a letter at most, on the average. */
const LETTER_WIDTH = 6.9;

/** Text in a grey that is readable on both, and lighter where the reader's system is dark. */
const STYLE = '<style>text{fill:#6e7781}@media (prefers-color-scheme:dark){text{fill:#9da7b3}}</style>';

function drawn(option: EChartsCoreOption, height: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  chart.setOption({ animation: false, ...option });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg.replace(/(<svg[^>]*>)/, `$1${STYLE}`)}\n`;
}

/** From least to most, as a line over the bar; the median in figures behind both. */
const whisker: CustomSeriesOption['renderItem'] = (_, api) => {
  const [place, least, most, median] = [0, 1, 2, 3].map((column) => Number(api.value(column)));
  const [left, y] = api.coord([least!, place!]) as [number, number];
  const [right] = api.coord([most!, place!]) as [number, number];
  return {
    type: 'group',
    children: [
      { type: 'line', shape: { x1: left, y1: y, x2: right, y2: y }, style: { stroke: WHISKER, lineWidth: 3 } },
      {
        type: 'text',
        style: { text: written(median!), x: right + LABEL_GAP, y, fill: LINES, verticalAlign: 'middle' },
      },
    ],
  };
};

function bars(figures: readonly Figure[]): string {
  const listed = [...figures].reverse();
  const data = listed.map(({ median }, i) => ({
    value: median,
    itemStyle: { color: i === listed.length - 1 ? OURS : OTHERS },
  }));
  const left = 16 + LETTER_WIDTH * Math.max(...listed.map(({ name }) => name.length));
  const option = {
    grid: { left, right: 90, top: 10, bottom: 50, outerBoundsMode: 'none' },
    xAxis: {
      type: 'value',
      name: figures[0]!.unit,
      nameLocation: 'middle',
      nameGap: 24,
      splitNumber: 4,
      axisLabel: { formatter: written },
      splitLine: { lineStyle: { color: LINES, opacity: 0.3 } },
    },
    yAxis: { type: 'category', data: listed.map(({ name }) => name), axisLine: { lineStyle: { color: LINES } } },
    series: [
      { type: 'bar', data, barWidth: 18 },
      {
        type: 'custom',
        renderItem: whisker,
        data: listed.map(({ least, most, median }, i) => [i, least, most, median]),
        encode: { x: [1, 2], y: 0 },
      },
    ],
  };
  return drawn(option, MARGIN + BAR_HEIGHT * figures.length);
}

function lines(curves: readonly Curve[]): string {
  const { x, y } = curves[0]!;
  const option = {
    legend: { top: 0 },
    grid: { left: 70, right: 60, top: 60, bottom: 50, outerBoundsMode: 'none' },
    xAxis: { type: 'log', name: x, nameLocation: 'middle', nameGap: 28, axisLabel: { formatter: written } },
    yAxis: {
      type: 'value',
      name: y,
      min: 0,
      axisLabel: { formatter: written },
      splitLine: { lineStyle: { color: LINES, opacity: 0.3 } },
    },
    series: curves.map(({ name, points }) => ({ type: 'line', name, data: points, symbolSize: 8 })),
  };
  return drawn(option, CURVES_HEIGHT);
}

/** The chart of a benchmark: its curves if it has any, else bars of the figures that share the first one's unit. */
export function chartOf({ figures, curves = [] }: Measured): string {
  if (curves.length > 0) return lines(curves);
  return bars(figures.filter(({ unit }) => unit === figures[0]!.unit));
}
