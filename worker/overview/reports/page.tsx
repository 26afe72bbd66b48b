/** A report as a page to print: its chart, its table, how to read it, and what it was made from. */
import {
  type Cell,
  type CellKind,
  MAX_REPORT_ROWS,
  type ReportAnswer,
} from "../../../shared/overview/api-reports.ts";
import { english, fill } from "../../../shared/texts/language.ts";
import { reportPageEn as t } from "../../../shared/texts/overview/reports.en.ts";
import { page } from "../../pages/layout.tsx";
import { Chart } from "./chart.tsx";

const isFigure = (kind: CellKind): boolean => kind === "number" || kind === "percent";
const numbers = new Intl.NumberFormat(english.language);
/** `2026-11-28 14:00`, without the seconds of a full minute. */
const moment = (time: string): string => time.slice(0, 19).replace("T", " ").replace(/:00$/, "");

function said(cell: Cell, kind: CellKind): string {
  if (cell === null || cell === "") return t.nothing;
  if (typeof cell === "number") return kind === "percent" ? cell.toFixed(2) : numbers.format(cell);
  return kind === "time" ? moment(cell) : cell;
}

const Facts = ({ facts }: { facts: readonly (readonly [string, string])[] }) => (
  <dl>
    {facts.map(([name, value]) => (
      <>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </>
    ))}
  </dl>
);

export function reportPage(
  { title, lead, columns, rows, chart, cut, notes, made, from, to, zone }: ReportAnswer,
  company: string,
) {
  const { seq, hash } = made.head;
  return page(
    title,
    <>
      <h1>{title}</h1>
      {company !== "" && <p>{company}</p>}
      <p>{fill(t.period, { from, to, zone })}</p>
      <p class="quiet">{lead}</p>
      {rows.length === 0 ? (
        <p>{t.none}</p>
      ) : (
        <>
          <Chart {...chart} />
          <table>
            <thead>
              <tr>
                {columns.map(({ label, kind }) => (
                  <th scope="col" class={isFigure(kind) ? "figure" : undefined}>
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr>
                  {row.map((cell, i) => (
                    <td class={isFigure(columns[i]!.kind) ? "figure" : undefined}>
                      {said(cell, columns[i]!.kind)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {cut && (
        <p>
          <strong>{fill(t.cut, { most: numbers.format(MAX_REPORT_ROWS) })}</strong>
        </p>
      )}
      <h2>{t.notes}</h2>
      <ul>
        {notes.map((note) => (
          <li>{note}</li>
        ))}
      </ul>
      <h2>{t.made}</h2>
      <Facts
        facts={[
          ...made.from.map(({ what, count }) => [what, numbers.format(count)] as const),
          [t.at, `${moment(made.at)} UTC`],
          [t.by, made.by],
          [t.policy, String(made.policy)],
          [t.head, fill(t.headOf, { seq, hash })],
        ]}
      />
    </>,
  );
}
