/** This page: the switch for its site, what was found on it, and the frames in it that are not covered. */
import { useState } from "react";
import { fill, plural } from "../../shared/texts/language.ts";
import type { PopupState } from "../carried.ts";
import { ask } from "../messages.ts";
import { hostOf, patternOf } from "../origins.ts";
import { framesOf } from "../vendors.ts";
import { texts, ui } from "../ui/our-pages.ts";
import { Counts } from "./Counts.tsx";

interface Props {
  tabId: number;
  site: PopupState["site"];
  /** The server cannot be asked, which the popup says once: what the page shows now is no count of verdicts. */
  unheard: boolean;
  /** An administrator has set which sites are on. */
  locked: boolean;
  changed: () => Promise<void>;
}

export function Site({ tabId, site, unheard, locked, changed }: Props) {
  const [refused, setRefused] = useState(false);
  const [busy, setBusy] = useState(false);
  const { origin, on } = site;
  if (origin === null)
    return (
      <section className="panel">
        <p>{ui.site.closed}</p>
      </section>
    );
  const framed = Object.keys(site.uncovered).sort();
  const frames = Object.values(site.uncovered).reduce((sum, n) => sum + n, 0);

  async function turnOn() {
    if (origin === null) return;
    const origins = [...new Set([origin, ...framesOf(origin), ...framed])];
    setBusy(true);
    // Chrome's prompt may close the popup: tell the background first what the grant is for.
    void ask("ui.site", { tabId, origins, on: true });
    const granted = await chrome.permissions.request({ origins: origins.map(patternOf) }).catch(() => false);
    if (granted) await ask("ui.site", { tabId, origins, on: true });
    setRefused(!granted);
    await changed();
    setBusy(false);
  }

  async function turnOff() {
    if (origin === null) return;
    setBusy(true);
    await ask("ui.site", { tabId, origins: [origin], on: false });
    await changed();
    setBusy(false);
  }

  return (
    <section className="panel" aria-busy={busy}>
      <button
        type="button"
        className="switch"
        role="switch"
        aria-checked={on}
        disabled={busy || locked || site.managed}
        onClick={() => void (on ? turnOff() : turnOn())}
      >
        <span className="name breakable">
          {fill(on ? ui.site.on : ui.site.off, { site: hostOf(origin) })}
        </span>
        <span className="track" aria-hidden="true" />
      </button>
      {!on && <p className="quiet">{ui.site.offNote}</p>}
      {on && !unheard && <Counts tabId={tabId} counts={site.counts} />}
      {(locked || site.managed) && <p className="quiet">{ui.setByAdmin}</p>}
      {on && frames > 0 && (
        <div className="uncovered">
          <p>{plural(texts, ui.site.frames, frames)}</p>
          <p className="quiet breakable">
            {fill(ui.site.framesNote, {
              origins: new Intl.ListFormat(texts.language).format(framed.map(hostOf)),
            })}
          </p>
          <button type="button" disabled={busy} onClick={() => void turnOn()}>
            {ui.site.cover}
          </button>
        </div>
      )}
      <p className="bad" role="status">
        {refused && ui.site.refused}
      </p>
    </section>
  );
}
