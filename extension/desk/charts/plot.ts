/** uPlot's options for a chart: in the page's own colours, with series that differ in more than their colour. */
import type uPlot from "uplot";
import { fit, spacing } from "./labels.ts";

export type Kind = "bars" | "lines";
/** A series' colour with its hatching (bars) or its dashes (lines). */
export type Look = "main" | "held" | "warn" | "bad" | "second" | "third" | "fourth" | "limit";
export interface Series {
  label: string;
  look: Look;
  values: readonly (number | null)[];
}

const tones: Record<Look, string> = {
  main: "--mantine-color-anchor",
  held: "--mantine-color-dimmed",
  warn: "--desk-warn",
  bad: "--desk-bad",
  second: "--desk-warn",
  third: "--desk-good",
  fourth: "--mantine-color-dimmed",
  limit: "--desk-bad",
};
const hatched: ReadonlySet<Look> = new Set<Look>(["held", "warn"]);
const dashes: Partial<Record<Look, number[]>> = {
  second: [8, 4],
  third: [2, 3],
  fourth: [10, 3, 2, 3],
  limit: [3, 5],
};

/** The top of each series when each is stacked on the ones before it. */
export function stacked(series: readonly Series[]): number[][] {
  const tops: number[][] = [];
  for (const { values } of series)
    tops.push(values.map((value, i) => (value ?? 0) + (tops.at(-1)?.[i] ?? 0)));
  return tops;
}

interface Drawn {
  kind: Kind;
  ticks: readonly string[];
  series: readonly Series[];
}

/** All options but the size. `point` gets the index of the place under the pointer, null for none. */
export function options(
  Plot: typeof uPlot,
  host: HTMLElement,
  { kind, ticks, series }: Drawn,
  point: (i: number | null) => void,
): Omit<uPlot.Options, "width" | "height"> {
  const css = getComputedStyle(host);
  const tone = (name: string) => css.getPropertyValue(name).trim();
  const axis = {
    stroke: tone("--mantine-color-dimmed"),
    font: `11px ${tone("--mantine-font-family")}`,
    ticks: { show: false },
  };
  const ink = document.createElement("canvas").getContext("2d")!;
  ink.font = axis.font;
  const places = ticks.length + 0.2;
  /** What stands below each place, in lines that leave a little between them. */
  const below = (plot: uPlot): readonly string[] => {
    const room = (plot.bbox.width / devicePixelRatio / places) * spacing(ticks) - 6;
    // Before it has its size there is none.
    return room > 0 ? fit(ticks, room, (text) => Math.ceil(ink.measureText(text).width)) : ticks;
  };
  const bars = Plot.paths.bars!({ size: [0.72, 56] });
  const one = ({ label, look, values }: Series): uPlot.Series => {
    const stroke = tone(tones[look]);
    if (kind === "bars")
      return {
        label,
        paths: bars,
        width: 0,
        fill: hatched.has(look) ? hatch(stroke) : stroke,
        points: { show: false },
      };
    // A line of one day would be invisible: draw its point.
    const alone = values.filter((value) => value !== null).length === 1;
    return {
      label,
      stroke,
      width: 2,
      dash: dashes[look] ?? [],
      points: { show: alone, size: 7 },
      spanGaps: false,
    };
  };
  return {
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: kind === "lines" } },
    hooks: { setCursor: [(plot) => point(plot.cursor.idx ?? null)] },
    scales: {
      // Half a place more on either side, so that the first and the last bar are whole.
      x: { time: false, range: () => [-0.6, Math.max(ticks.length - 0.4, 0.6)] },
      y: { range: (_, __, most) => [0, Math.max(1, (most ?? 1) * 1.05)] },
    },
    axes: [
      {
        ...axis,
        size: (plot) => (below(plot).some((label) => label.includes("\n")) ? 40 : 26),
        grid: { show: false },
        splits: () => ticks.flatMap((tick, i) => (tick === "" ? [] : [i])),
        values: (plot, at) => {
          const labels = below(plot);
          return at.map((i) => labels[i] ?? "");
        },
      },
      { ...axis, size: 44, grid: { stroke: tone("--desk-edge"), width: 1 }, incrs: steps },
    ],
    series: [{}, ...series.map(one)],
    // Each bar begins where the one below it ends, so that nothing shows through at its edges.
    bands: kind === "bars" ? series.slice(1).map((_, i) => ({ series: [i + 2, i + 1] })) : [],
  };
}

/** Distances between the axis's marks: whole numbers only, as nobody makes half a call. */
const steps = [1, 2, 5]
  .flatMap((n) => Array.from({ length: 7 }, (_, power) => n * 10 ** power))
  .sort((a, b) => a - b);

/** Diagonal stripes on a clear ground. */
function hatch(colour: string): uPlot.Series.Fill {
  return (plot) => {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const ink = tile.getContext("2d")!;
    ink.strokeStyle = colour;
    ink.lineWidth = 3.4;
    for (const shift of [-8, 0, 8]) {
      ink.moveTo(shift - 1, 9);
      ink.lineTo(shift + 9, -1);
    }
    ink.stroke();
    return plot.ctx.createPattern(tile, "repeat")!;
  };
}
