/** Parts of a request's own page: its timeline, and the steps that the requester may take by it. */
import { useContext } from "hono/jsx";
import { dayOf } from "../../../shared/core/calendar.ts";
import { fill, sayDate } from "../../../shared/texts/language.ts";
import { Spoken } from "./words.tsx";

/** The timeline without the desk's internal steps, which have no text here. */
export function History({ events, zone }: { events: { action: string; at: string }[]; zone: string }) {
  const { status: t, texts } = useContext(Spoken);
  return (
    <section>
      <h2>{t.history}</h2>
      <ul>
        {events
          .filter(({ action }) => t.actions[action] !== undefined)
          .map(({ action, at }) => (
            <li>
              {sayDate(texts, dayOf(at, zone))}: {t.actions[action]}
            </li>
          ))}
      </ul>
    </section>
  );
}

/** What the timeline has of an objection that was taken back. `told`: its officer knew that the reason is shown. */
export interface TakenBackDetail {
  reason: string;
  told?: boolean;
}
/** Why an objection was taken back, and what its sender may do (UK GDPR art 12(4)). Reasons of before were for officers alone. */
export function TakenBack({ detail }: { detail: string | null }) {
  const { status: t } = useContext(Spoken);
  const { reason, told } = (detail === null ? {} : JSON.parse(detail)) as Partial<TakenBackDetail>;
  if (reason === undefined || told !== true) return null;
  return (
    <section>
      <h2>{t.takenBackTitle}</h2>
      <p>{fill(t.takenBackWhy, { reason })}</p>
      <p>{t.takenBackNext}</p>
    </section>
  );
}

interface Shown {
  here: string;
  action: string;
  title: string;
  text: string;
  button: string;
}
export function Step({ here, action, title, text, button }: Shown) {
  return (
    <form method="post" action={here}>
      <h2>{title}</h2>
      <p>{text}</p>
      <input type="hidden" name="action" value={action} />
      <button type="submit">{button}</button>
    </form>
  );
}
