/** What a person said about numbers on a page (background/rulings.ts), each with an undo. */
import { useState } from "react";
import { fill } from "../../shared/texts/language.ts";
import type { Rulings as SiteRulings } from "../carried.ts";
import { type Answer, ask } from "../messages.ts";
import { options, texts } from "../ui/our-pages.ts";

type State = Answer<"ui.options">;
interface Props {
  state: State;
  changed: () => Promise<void>;
}

export function Rulings({ state, changed }: Props) {
  const [done, setDone] = useState("");
  const hosts = Object.entries(state.rulings);

  async function forget(host: string, written: string) {
    await ask("page.rule", { host, written, ruling: { forget: true } });
    setDone(options.rulings.done);
    await changed();
  }

  return (
    <section className="panel" aria-labelledby="rulings">
      <h2 id="rulings">{options.rulings.title}</h2>
      <p className="quiet">{hosts.length === 0 ? options.rulings.none : options.rulings.intro}</p>
      <ul className="list">
        {hosts.flatMap(([host, rulings]) => [
          <li key={host} className="head breakable">
            {host}
          </li>,
          ...said(rulings).map(({ written, what }) => (
            <li key={`${host} ${written}`}>
              <span className="grow breakable">{what}</span>
              <button
                type="button"
                aria-label={fill(options.rulings.undoLabel, { what, site: host })}
                onClick={() => void forget(host, written)}
              >
                {options.rulings.undo}
              </button>
            </li>
          )),
        ])}
      </ul>
      <p className="said quiet" role="status">
        {done}
      </p>
    </section>
  );
}

function said({ siteCountry, notNumbers, countries }: SiteRulings): { written: string; what: string }[] {
  const names = new Intl.DisplayNames(texts.language, { type: "region" });
  const nameOf = (region: string) => names.of(region) ?? region;
  return [
    ...(siteCountry
      ? [{ written: "", what: fill(options.rulings.siteCountry, { country: nameOf(siteCountry) }) }]
      : []),
    ...notNumbers.map((written) => ({ written, what: `${written} ${options.rulings.notNumber}` })),
    ...Object.entries(countries).map(([written, region]) => ({
      written,
      what: `${written} ${fill(options.rulings.country, { country: nameOf(region) })}`,
    })),
  ];
}
