/** `index.html` of a requester's copy: all data, what each field means, and the information that the law requires. */
import { exportEn as t } from "../../../shared/texts/privacy-requests/copy.en.ts";
import { fill } from "../../../shared/texts/language.ts";
import { page } from "../../pages/layout.tsx";

export interface Copy {
  reference: string;
  company: string;
  number: string;
  madeOn: string;
  /** What it does not have. */
  extent: string;
  muted: boolean;
  about: Record<string, string>;
  data: Record<string, Record<string, unknown>[]>;
}

/** A value as text; JSX escapes any HTML in it. */
const said = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

export async function copyPage({
  reference,
  company,
  number,
  madeOn,
  extent,
  muted,
  about,
  data,
}: Copy): Promise<string> {
  const whole = await page(
    fill(t.title, { reference }),
    <>
      <h1>{fill(t.title, { reference })}</h1>
      <p>{fill(t.lead, { company, number, date: madeOn })}</p>
      <p>{extent}</p>
      {muted && <p>{t.muted}</p>}
      {Object.entries(data).map(([section, rows]) => (
        <section>
          <h2>{t.sections[section]}</h2>
          {rows.length === 0 && <p>{t.none}</p>}
          {rows.map((row) => (
            <dl>
              {Object.entries(row)
                .filter(([, value]) => value !== null && value !== "")
                .map(([field, value]) => (
                  <>
                    <dt>{t.fields[field] ?? field}</dt>
                    <dd>{field === "file" ? <a href={said(value)}>{said(value)}</a> : said(value)}</dd>
                  </>
                ))}
            </dl>
          ))}
        </section>
      ))}
      <h2>{t.about}</h2>
      {Object.entries(about).map(([title, text]) => (
        <p>
          <strong>{title}.</strong> {text}
        </p>
      ))}
    </>,
  );
  return whole.toString();
}
