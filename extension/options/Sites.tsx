/** The sites that are on, and the company's sites that can be turned on. */
import { useState } from "react";
import { fill } from "../../shared/texts/language.ts";
import type { Site } from "../carried.ts";
import { type Answer, ask } from "../messages.ts";
import { hostOf, patternOf } from "../origins.ts";
import { options, texts, ui } from "../ui/our-pages.ts";

type State = Answer<"ui.options">;
interface Props {
  state: State;
  changed: () => Promise<void>;
}

export function Sites({ state, changed }: Props) {
  const [done, setDone] = useState("");
  const locked = state.locked.includes("sites");

  async function turnOff(origin: string) {
    await ask("ui.site", { tabId: chrome.tabs.TAB_ID_NONE, origins: [origin], on: false });
    setDone(fill(options.sites.done, { site: hostOf(origin) }));
    await changed();
  }

  async function turnOn({ origin, frames }: Site) {
    const origins = [origin, ...frames];
    const where = { tabId: chrome.tabs.TAB_ID_NONE, origins, on: true };
    const granted = await chrome.permissions.request({ origins: origins.map(patternOf) }).catch(() => false);
    if (granted) await ask("ui.site", where);
    setDone(granted ? fill(options.sites.doneOn, { site: hostOf(origin) }) : ui.site.refused);
    await changed();
  }

  return (
    <section className="panel" aria-labelledby="sites">
      <h2 id="sites">{options.sites.title}</h2>
      {state.sites.length + state.offered.length === 0 && <p className="quiet">{options.sites.none}</p>}
      <ul className="list">
        {state.offered.map((site) => (
          <li key={site.origin}>
            <div className="grow breakable">
              {hostOf(site.origin)} <span className="quiet">{options.sites.offered}</span>
            </div>
            <button
              type="button"
              className="first"
              aria-label={fill(options.sites.onLabel, { site: hostOf(site.origin) })}
              onClick={() => void turnOn(site)}
            >
              {options.sites.on}
            </button>
          </li>
        ))}
      </ul>
      <ul className="list">
        {state.sites.map(({ origin, frames, managed }) => (
          <li key={origin}>
            <div className="grow breakable">
              {hostOf(origin)}
              {frames.length > 0 && (
                <span className="quiet">
                  {" "}
                  {fill(options.sites.frames, {
                    origins: new Intl.ListFormat(texts.language).format(frames.map(hostOf)),
                  })}
                </span>
              )}
            </div>
            {managed || locked ? (
              <span className="quiet">{ui.setByAdmin}</span>
            ) : (
              <button
                type="button"
                aria-label={fill(options.sites.offLabel, { site: hostOf(origin) })}
                onClick={() => void turnOff(origin)}
              >
                {options.sites.off}
              </button>
            )}
          </li>
        ))}
      </ul>
      <p className="said quiet" role="status">
        {done}
      </p>
    </section>
  );
}
