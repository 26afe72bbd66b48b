/** Whether the requester may be called, why and since when, and when they were called, on their page. */
import { useContext } from "hono/jsx";
import { dayOf } from "../../../shared/core/calendar.ts";
import { zoneOfPolicy } from "../../../shared/policy/zone.ts";
import { sayReason } from "../../../shared/texts/check/verdicts.ts";
import { fill, sayDate } from "../../../shared/texts/language.ts";
import type { Moment, Row } from "../rows.ts";
import type { OwnCalls } from "./own-calls.ts";
import type { OwnFacts, Standing, Why } from "./own-facts.ts";
import { Spoken } from "./words.tsx";

interface Shown {
  standing: Standing;
  row: Row;
  moment: Moment;
}
export function MayWeCall({ standing, row, moment }: Shown) {
  const { standing: t, texts } = useContext(Spoken);
  if (standing.is === "early")
    return (
      <section>
        <h2>{t.title}</h2>
        <p>{t.early}</p>
      </section>
    );
  const { facts, found } = standing;
  const refused = row.decision === "partial";
  const zone = zoneOfPolicy(moment.policy);
  return (
    <section>
      <h2>{t.title}</h2>
      {facts && <Verdict facts={facts} />}
      <h3>{t.calls}</h3>
      {found.calls.length > 0 && <Calls found={found} zone={zone} />}
      {found.calls.length === 0 && !refused && <p>{row.narrowed === null ? t.none : t.noneAsked}</p>}
      {refused && <p>{t.refused}</p>}
      <p class="quiet">
        {fill(t.asOf, { date: sayDate(texts, dayOf(row.searched_at!, zone)) })} {t.others}
      </p>
    </section>
  );
}

function Verdict({ facts: { number, verdict, why, lists } }: { facts: OwnFacts }) {
  const { standing: t, texts } = useContext(Spoken);
  const say = ({ code, list, date }: Why): string => {
    const own = t.why[code];
    if (own === undefined || (date === null && own.includes("{date}")))
      return sayReason(texts, { code, ...(list && { list }), ...(date && { asOf: date }) }, lists);
    const name = lists.find(({ id }) => id === list)?.name ?? list?.toUpperCase();
    return fill(own, { date: date === null ? undefined : sayDate(texts, date), list: name });
  };
  return (
    <>
      <p>
        {number}: <strong>{t.verdicts[verdict]}</strong>
      </p>
      <ul>
        {why.map((one) => (
          <li>{say(one)}</li>
        ))}
      </ul>
    </>
  );
}

function Calls({ found: { calls, more }, zone }: { found: OwnCalls; zone: string }) {
  const { standing: t, texts } = useContext(Spoken);
  const moment = new Intl.DateTimeFormat(texts.language, {
    ...{ dateStyle: "long", timeStyle: "short", timeZone: zone },
  });
  return (
    <>
      <ul>
        {calls.map((at) => (
          <li>{moment.format(Date.parse(at))}</li>
        ))}
      </ul>
      <p class="quiet">
        {fill(t.zone, { zone })} {more && fill(t.more, { n: calls.length })}
      </p>
    </>
  );
}
