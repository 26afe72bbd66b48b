/**
 * The softphones whose calls are judged before they leave, whether each is on, and how far it was tried. A person has no switch
 * for one: they are on with a site, and turning one off would only let its calls out unseen.
 */
import { documented, fromDocuments, speakers } from "../page/protocols/documented.ts";
import { protocols } from "../page/protocols/all.ts";
import type { Answer } from "../messages.ts";
import { options } from "../ui/our-pages.ts";

const t = options.softphones;
/** A protocol's rows have one name. */
const names = [...new Set(protocols.map(({ name }) => name))];

export function Softphones({ state }: { state: Answer<"ui.options"> }) {
  const isOn = state.sites.length > 0;
  return (
    <section className="panel" aria-labelledby="softphones">
      <h2 id="softphones">{t.title}</h2>
      <p className="quiet">{t.intro}</p>
      <ul className="list">
        {names.map((name) => {
          const is = state.protocolsOff.includes(name) ? "off" : isOn ? "on" : "no-site";
          return (
            <li key={name} data-state={is}>
              <span className="grow">{speakers[name]}</span>
              <span className="quiet">{t.states[is !== "on" ? is : triedOf(name)]}</span>
            </li>
          );
        })}
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

/** Tried only where each of its rows was, with the vendor's real service. */
function triedOf(name: string): "tried" | "untried" | "document" {
  if (protocols.every((row) => row.name !== name || row.verified)) return "tried";
  return fromDocuments.includes(name) ? "document" : "untried";
}
