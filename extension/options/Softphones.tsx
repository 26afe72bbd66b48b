/** The softphones whose calls are judged before they leave, and how far each was tried. */
import { documented, speakers } from "../page/protocols/documented.ts";
import { protocols } from "../page/protocols/rows.ts";
import type { Answer } from "../messages.ts";
import { options } from "../ui/our-pages.ts";

const t = options.softphones;
/** A protocol's rows have one name. */
const names = [...new Set(protocols.map(({ name }) => name))];

export function Softphones({ off }: { off: Answer<"ui.options">["protocolsOff"] }) {
  return (
    <section className="panel" aria-labelledby="softphones">
      <h2 id="softphones">{t.title}</h2>
      <p className="quiet">{t.intro}</p>
      <ul className="list">
        {names.map((name) => (
          <li key={name}>
            <span className="grow">{speakers[name]}</span>
            <span className="quiet">{off.includes(name) ? t.off : isTried(name) ? t.tried : t.untried}</span>
          </li>
        ))}
        {documented.map(({ title, rule }) => (
          <li key={title}>
            <span className="grow">{title}</span>
            <span className="quiet">{rule === null ? t.notHeld : t.clicks}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Only where each of its rows was tried with the vendor's real service. */
const isTried = (name: string): boolean => protocols.every((row) => row.name !== name || row.verified);
