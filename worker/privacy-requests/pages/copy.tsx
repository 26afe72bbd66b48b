/** The requester's copy on their page: one file, or several. */
import { useContext } from "hono/jsx";
import { fill, sayDate } from "../../../shared/texts/language.ts";
import { daysOf, type Part } from "../files/parts/rows.ts";
import type { StoredFile } from "../files/routes.ts";
import type { Moment } from "../rows.ts";
import { Spoken } from "./words.tsx";

interface Copied {
  here: string;
  narrowed: boolean;
  copy: StoredFile;
  parts: readonly Part[];
  moment: Moment;
}
/** Of several files each has a link, with what is in it. */
export function Copy({ here, narrowed, copy, parts, moment }: Copied) {
  const { status: t, texts } = useContext(Spoken);
  const date = sayDate(texts, copy.erase_after!);
  if (copy.part === null)
    return (
      <section>
        <h2>{t.copy}</h2>
        <p>{fill(narrowed ? t.copyNarrowed : t.copyText, { date })}</p>
        <p>
          <a href={`${here}/copy`}>{t.copyLink}</a>
        </p>
      </section>
    );
  return (
    <section>
      <h2>{t.copy}</h2>
      <p>{fill(narrowed ? t.partsNarrowed : t.partsText, { n: copy.parts!, date })}</p>
      <ul>
        {parts.map((part) => {
          const { from, to } = daysOf(part, moment);
          const days = { from: sayDate(texts, from), to: sayDate(texts, to) };
          return (
            <li>
              <a href={`${here}/copy/${part.part}`}>{fill(t.partLink, { n: part.part, of: part.parts })}</a>
              {": "}
              {fill(part.part === 1 ? t.partFirst : t.partOther, days)}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
