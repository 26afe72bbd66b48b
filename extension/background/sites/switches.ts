/** The messages to turn sites on and off, unless an enterprise policy locks the sites. */
import type { Site } from "../../carried.ts";
import type { Answer, Ask } from "../../messages.ts";
import { originOfPattern } from "../../origins.ts";
import type { Managed } from "../managed.ts";
import type { Sites } from "./sites.ts";

export interface SwitchesDeps {
  sites: Pick<Sites, "turnOn" | "turnOff" | "missing" | "covered" | "isManaged">;
  managed: Pick<Managed, "sites" | "locked">;
  /** The sites that the company's calling policy names. */
  named: () => readonly string[];
}

export function openSwitches({ sites, managed, named }: SwitchesDeps) {
  /** The company's sites that are not on yet: from the enterprise policy and from the calling policy. */
  const offered = (): Site[] => sites.missing([...managed.sites(), ...named()]);

  /** While sites are locked, only sites that are on or offered may be turned on: a site's frames are added later. */
  const mayTurnOn = (origin: string) =>
    !managed.locked().includes("sites") ||
    [...sites.covered(), ...offered().map((site) => site.origin)].includes(origin);
  const mayTurnOff = (origin: string) => !managed.locked().includes("sites") && !sites.isManaged(origin);

  return {
    offered,
    handlers: {
      async "ui.site"({ tabId, origins, on }: Ask<"ui.site">): Promise<Answer<"ui.site">> {
        const [origin = "", ...frames] = origins.map(originOfPattern);
        if (!(on ? mayTurnOn : mayTurnOff)(origin)) return { ok: false, detail: "locked" };
        if (on)
          return (await sites.turnOn(tabId, [{ origin, frames }]))
            ? { ok: true }
            : { ok: false, detail: "not granted" };
        await sites.turnOff([origin, ...frames]);
        return { ok: true };
      },
      async "ui.offered"({ tabId }: Ask<"ui.offered">): Promise<Answer<"ui.offered">> {
        return { ok: await sites.turnOn(tabId, offered()) };
      },
    },
  };
}

export type Switches = ReturnType<typeof openSwitches>;
