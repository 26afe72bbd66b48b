/** A report's chart as a picture to print: one bar a label, its series stacked, without script or style sheet. */
import type { ReportAnswer } from "../../../shared/overview/api-reports.ts";
import { english, fill } from "../../../shared/texts/language.ts";
import { reportPageEn as t } from "../../../shared/texts/overview/reports.en.ts";

/** Bars at most: more are no picture. */
const MOST = 100;
/** In the units of the picture. */
const [WIDTH, LABELS, VALUES, ROW, BAR] = [680, 190, 70, 20, 13] as const;
/** Characters of a label that fit beside a bar. */
const FIT = 28;
/** Of each series, in the colour of the text: told apart in print, and by who sees no colours. */
const shades = [1, 0.5, 0.2] as const;
const numbers = new Intl.NumberFormat(english.language);

const cut = (label: string): string => {
  const signs = [...label];
  return signs.length > FIT ? `${signs.slice(0, FIT - 1).join("")}…` : label;
};

export function Chart({ title, labels, series }: ReportAnswer["chart"]) {
  const bars = labels.slice(0, MOST).map((label, i) => {
    const values = series.map(({ values }) => values[i] ?? 0);
    return { label: label || t.unnamed, values, sum: values.reduce((sum, value) => sum + value, 0) };
  });
  const highest = Math.max(0, ...bars.map(({ sum }) => sum));
  if (highest === 0) return null;
  const unit = (WIDTH - LABELS - VALUES) / highest;
  const named = series.length > 1;
  const top = named ? ROW * series.length + ROW / 2 : 0;
  const height = top + ROW * bars.length;
  return (
    <>
      <h2>{title}</h2>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} width="100%" role="img" font-size="12" fill="currentColor">
        <title>{title}</title>
        {named &&
          series.map(({ label }, i) => (
            <>
              <Box x={0} y={ROW * i} width={BAR} shade={shades[i]!} />
              <text x={BAR + 6} y={ROW * i + BAR - 2}>
                {label}
              </text>
            </>
          ))}
        {bars.map(({ label, values, sum }, row) => {
          const y = top + ROW * row;
          const ends = values.map((_, i) => values.slice(0, i).reduce((all, value) => all + value, 0) * unit);
          return (
            <>
              <text x={0} y={y + BAR - 2}>
                {cut(label)}
              </text>
              {values.map((value, i) => (
                <Box x={LABELS + ends[i]!} y={y} width={value * unit} shade={shades[i]!} />
              ))}
              <text x={LABELS + sum * unit + 6} y={y + BAR - 2}>
                {values.map((value) => numbers.format(value)).join(" · ")}
              </text>
            </>
          );
        })}
      </svg>
      {labels.length > MOST && (
        <p class="quiet">
          {fill(t.bars, { shown: numbers.format(MOST), all: numbers.format(labels.length) })}
        </p>
      )}
    </>
  );
}

const Box = ({ x, y, width, shade }: { x: number; y: number; width: number; shade: number }) =>
  width === 0 ? null : (
    <rect
      x={x.toFixed(1)}
      y={y}
      width={width.toFixed(1)}
      height={BAR}
      fill-opacity={shade}
      stroke="currentColor"
      stroke-width="0.5"
    />
  );
