/** The company's sites that are not on yet: turns all of them on with one click and one prompt of Chrome's. */
import { useState } from "react";
import { fill } from "../../shared/texts/language.ts";
import type { Site } from "../carried.ts";
import { ask } from "../messages.ts";
import { hostOf, patternOf } from "../origins.ts";
import { texts, ui } from "./our-pages.ts";

interface Props {
  tabId: number;
  offered: Site[];
  changed: () => Promise<void>;
  /** Opens the first of them once they are on; `label`: of the button that does both. */
  opens?: { label: string; open: (origin: string) => void };
}

const listed = (origins: string[]) =>
  new Intl.ListFormat(texts.language).format([...new Set(origins)].map(hostOf));

/** No pattern of many addresses. */
export const isPage = (origin: string): boolean => !origin.includes("*");

export function CompanySites({ tabId, offered, changed, opens }: Props) {
  const [refused, setRefused] = useState(false);
  const [busy, setBusy] = useState(false);
  const sites = offered.map(({ origin }) => origin);
  const frames = offered.flatMap((site) => site.frames).filter((frame) => !sites.includes(frame));
  if (sites.length === 0) return null;

  async function turnOn() {
    setBusy(true);
    // Chrome's prompt may close the popup: tell the background first what the grant is for.
    void ask("ui.offered", { tabId });
    const origins = [...new Set([...sites, ...frames])].map(patternOf);
    const granted = await chrome.permissions.request({ origins }).catch(() => false);
    if (granted) await ask("ui.offered", { tabId });
    setRefused(!granted);
    const [first] = sites.filter(isPage);
    if (granted && first !== undefined) opens?.open(first);
    await changed();
    setBusy(false);
  }

  return (
    <section className="panel offered" aria-labelledby="offered" aria-busy={busy}>
      <h2 id="offered">{ui.offered.title}</h2>
      <p className="breakable">{fill(ui.offered.text, { sites: listed(sites) })}</p>
      {frames.length > 0 && (
        <p className="quiet breakable">{fill(ui.offered.frames, { sites: listed(frames) })}</p>
      )}
      <button type="button" className="first" disabled={busy} onClick={() => void turnOn()}>
        {opens && sites.some(isPage) ? opens.label : ui.offered.button}
      </button>
      <p className="bad" role="status">
        {refused && ui.site.refused}
      </p>
    </section>
  );
}
