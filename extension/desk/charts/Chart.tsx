/**
 * The desk's only kind of chart: stacked bars, or lines, with a table of the same figures. Screen readers read the table;
 * a button shows it to everybody else.
 */
import { Button, Group, Paper, Table as Plain, Title, useComputedColorScheme } from "@mantine/core";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import type uPlot from "uplot";
import { chartEn as text } from "../../../shared/texts/overview/charts.en.ts";
import { fill, texts } from "../parts/texts.ts";
import { PlainTable } from "../tables/PlainTable.tsx";
import { type Kind, type Look, options, type Series, stacked } from "./plot.ts";

export interface ChartProps {
  title: string;
  /** The picture in one sentence, for screen readers. */
  summary: string;
  kind: Kind;
  /** The name of each place along the axis; and what is printed below it, "" for nothing. */
  labels: readonly string[];
  ticks: readonly string[];
  series: readonly Series[];
  /** Its first column names the row. */
  table: { columns: readonly string[]; rows: readonly (readonly string[])[] };
  /** The level of the heading. */
  order?: 2 | 3;
}

export function Chart({ title, summary, kind, labels, ticks, series, table, order = 2 }: ChartProps) {
  const id = useId();
  const [shown, setShown] = useState(false);
  return (
    <section aria-labelledby={id} className="desk-chart" data-kind={kind}>
      <Group justify="space-between" align="baseline" mb="sm">
        <Title order={order} size={order === 2 ? "h3" : "h4"} id={id}>
          {title}
        </Title>
        <Group gap="md" aria-hidden="true">
          {series.map(({ label, look }) => (
            <span key={label} className="desk-key" data-look={look}>
              {label}
            </span>
          ))}
        </Group>
      </Group>
      <Paper withBorder p="md">
        <Picture {...{ summary, kind, labels, ticks, series }}>
          <Button
            size="compact-sm"
            variant="default"
            className="desk-unprinted"
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          >
            {text.asTable}
          </Button>
        </Picture>
        <div
          className={shown ? "desk-scroll desk-below" : "desk-unseen"}
          {...(shown ? { role: "region", "aria-label": fill(text.table, { title }), tabIndex: 0 } : {})}
        >
          <PlainTable
            caption={title}
            headings={table.columns.map((label, i) => (i > 0 ? { label, ta: "right" as const } : label))}
          >
            <Plain.Tbody>
              {table.rows.map(([name, ...cells]) => (
                <Plain.Tr key={name}>
                  <Plain.Th scope="row">{name}</Plain.Th>
                  {cells.map((cell, i) => (
                    <Plain.Td key={i} ta="right">
                      {cell}
                    </Plain.Td>
                  ))}
                </Plain.Tr>
              ))}
            </Plain.Tbody>
          </PlainTable>
        </div>
      </Paper>
    </section>
  );
}

const count = new Intl.NumberFormat(texts.language, { maximumFractionDigits: 1 });
const say = (value: number | null): string => (value === null ? text.none : count.format(value));

const HEIGHT = 210;

function Picture({
  summary,
  kind,
  labels,
  ticks,
  series,
  children,
}: Pick<ChartProps, "summary" | "kind" | "labels" | "ticks" | "series"> & { children: ReactNode }) {
  const host = useRef<HTMLDivElement>(null);
  const under = useRef<HTMLParagraphElement>(null);
  const scheme = useComputedColorScheme();
  // The plot is drawn again when any of this changes.
  const drawn = JSON.stringify([kind, labels, ticks, series]);
  useEffect(() => {
    const at = host.current!;
    let plot: uPlot | undefined;
    let gone = false;
    const point = (i: number | null) => {
      if (!under.current) return;
      const said = series.map(({ label, values }) => `${label}: ${say(values[i ?? 0] ?? null)}`);
      under.current.textContent = i === null ? "" : [labels[i], ...said].join(" · ");
    };
    const fit = new ResizeObserver(() => plot?.setSize({ width: at.clientWidth, height: HEIGHT }));
    // Loaded with the first chart: most pages have none.
    void import("uplot").then(({ default: Plot }) => {
      if (gone) return;
      const size = { width: at.clientWidth, height: HEIGHT };
      const data = [
        labels.map((_, i) => i),
        ...(kind === "bars" ? stacked(series) : series.map((s) => [...s.values])),
      ];
      plot = new Plot(
        { ...options(Plot, at, { kind, ticks, series }, point), ...size },
        data as uPlot.AlignedData,
        at,
      );
      at.dataset["drawn"] = scheme;
      fit.observe(at);
    });
    return () => {
      gone = true;
      fit.disconnect();
      plot?.destroy();
    };
    // oxlint-disable-next-line react/exhaustive-deps -- `drawn` includes all the others
  }, [drawn, scheme]);
  return (
    <>
      <div
        ref={host}
        role="img"
        aria-label={summary}
        className="desk-picture"
        style={{ minHeight: HEIGHT }}
      />
      <div className="desk-picture-foot">
        {children}
        <p ref={under} aria-hidden="true" />
      </div>
    </>
  );
}

export type { Look, Series };
