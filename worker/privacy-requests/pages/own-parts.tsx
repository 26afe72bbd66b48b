/** Parts of a request's own page: its timeline, and the steps that the requester may take by it. */
import { useContext } from "hono/jsx";
import { dayOf } from "../../../shared/core/calendar.ts";
import { sayDate } from "../../../shared/texts/language.ts";
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
