/** The pages of a requester's copy: the data, what each field means, and the information that the law requires. */
import { exportEn as t } from "../../../shared/texts/privacy-requests/copy.en.ts";
import { fill } from "../../../shared/texts/language.ts";
import { page } from "../../pages/layout.tsx";
import type { Fields } from "./sections.ts";

export interface Copy {
  reference: string;
  company: string;
  number: string;
  madeOn: string;
  /** What it does not have. */
  extent: string;
  /** Which of several files it is; empty where there is one. */
  part: string;
  /** What could not be read; empty where all was. */
  unread: string;
  /** How much is silenced; empty where nothing is. */
  muted: string;
  /** The recordings without audio, and why; empty where all have theirs. */
  lost: string;
  about: Record<string, string>;
}

/** A section's rows on a page, and the files with its further rows. */
export interface Shown {
  section: string;
  rows: readonly Fields[];
  more: string[];
}

/** A value as text; JSX escapes any HTML in it. */
const said = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const isEmpty = (value: unknown) => value === null || value === undefined || value === "";

const Rows = ({ rows }: Pick<Shown, "rows">) => (
  <>
    {rows.map((row) => (
      <dl>
        {Object.entries(row)
          .filter(([, value]) => !isEmpty(value))
          .map(([field, value]) => (
            <>
              <dt>{t.fields[field] ?? field}</dt>
              <dd>{field === "file" ? <a href={said(value)}>{said(value)}</a> : said(value)}</dd>
            </>
          ))}
      </dl>
    ))}
  </>
);

/** `index.html`. */
export async function copyPage(
  { reference, company, number, madeOn, extent, part, unread, muted, lost, about }: Copy,
  sections: readonly Shown[],
): Promise<string> {
  const whole = await page(
    fill(t.title, { reference }),
    <>
      <h1>{fill(t.title, { reference })}</h1>
      <p>{fill(t.lead, { company, number, date: madeOn })}</p>
      {part !== "" && <p>{part}</p>}
      {unread !== "" && (
        <p>
          <strong>{unread}</strong>
        </p>
      )}
      {lost !== "" && (
        <p>
          <strong>{lost}</strong>
        </p>
      )}
      <p>{extent}</p>
      {muted !== "" && <p>{muted}</p>}
      {sections.map(({ section, rows, more }) => (
        <section>
          <h2>{t.sections[section]}</h2>
          {rows.length === 0 && <p>{t.none}</p>}
          <Rows rows={rows} />
          {more.length > 0 && (
            <p>
              {t.more}
              {more.map((file, n) => (
                <>
                  {" "}
                  <a href={file}>{n + 2}</a>
                </>
              ))}
            </p>
          )}
        </section>
      ))}
      <h2>{t.about}</h2>
      {Object.entries(about).map(([title, text]) => (
        <p>
          <strong>{title}.</strong> {text}
        </p>
      ))}
      <h2>{t.leftTitle}</h2>
      <ul>
        {[...Object.values(t.left), ...Object.values(t.elsewhere)].map((text) => (
          <li>{text}</li>
        ))}
      </ul>
    </>,
  );
  return whole.toString();
}

/** A further page of one section. */
export async function morePage({ reference }: Copy, { section, rows }: Shown): Promise<string> {
  const whole = await page(
    fill(t.title, { reference }),
    <>
      <h1>{t.sections[section]}</h1>
      <p>
        <a href="../index.html">{fill(t.title, { reference })}</a>
      </p>
      <Rows rows={rows} />
    </>,
  );
  return whole.toString();
}
