/**
 * Whether the browser's gate is turned on here, with which softphone, and what its last try found. Kept in
 * chrome.storage.local. An administrator's softphone goes before the person's, and turns the gate on wherever Chrome has
 * granted what it needs.
 */
import { isWayOut } from "../../../shared/dials/softphone.ts";
import type { GateFound, GateState } from "../../carried.ts";
import { patternOf } from "../../origins.ts";
import type { Account } from "../sign-in/account.ts";
import type { CachedStorage } from "../storage.ts";

const KEY = "gate";
/** What Chrome must have granted for the gate to hear anything. */
export const NEEDED = ["webRequest"];
/** Without it some dials are not heard, and there is no service worker (docs/permissions.md). */
export const FULL = "webNavigation";

interface Kept {
  /** The person turned it on. */
  on: boolean;
  /** What comes before the number, as the person named it. */
  softphone: string | null;
  /** Chrome was asked to give telephone links to us, since the person turned it on. */
  asked?: boolean;
  found: GateFound | null;
  /** Telephone links came here since the person turned it on: with which Worker, by its origin. An earlier version did not note which, or any. */
  worked?: string | boolean;
}

export interface GateSettingDeps {
  local: CachedStorage;
  account: () => Promise<Account | null>;
  /** The softphone that an administrator named; null where none did. */
  managed: () => string | null;
  granted: (what: chrome.permissions.Permissions) => Promise<boolean>;
}

/** The gate as it works now. */
export interface Working {
  /** The Worker's origin: navigations to its `/dial` are dials. */
  origin: string;
  softphone: string;
}

export function openGateSetting({ local, account, managed, granted }: GateSettingDeps) {
  const kept = (): Kept => local.get<Kept>(KEY) ?? { on: false, softphone: null, found: null };
  const keep = (change: Partial<Kept>) => local.set(KEY, { ...kept(), ...change } satisfies Kept);
  const origin = async (): Promise<string | null> => {
    const who = await account();
    return who && new URL(who.url).origin;
  };
  const worked = (): string | boolean => {
    const { worked: noted, found } = kept();
    // "other" may also be of a first test, as where another page had them all along.
    return noted ?? found === "on";
  };
  /** Where an administrator turned it on, a person's word does not end what is known of it. */
  const afresh = () => ({ asked: false, found: null, worked: managed() !== null && worked() });
  const softphone = (): string | null => {
    const named = managed() ?? kept().softphone;
    return named !== null && isWayOut(named) ? named : null;
  };

  const isOn = (): boolean => kept().on || managed() !== null;
  /** Null where it hears nothing: off, or without what it needs. Each dial waits for it. */
  async function working(): Promise<Working | null> {
    await local.ready;
    const [who, before] = [await account(), softphone()];
    return isOn() && who && before !== null && (await mayHear(who))
      ? { origin: new URL(who.url).origin, softphone: before }
      : null;
  }
  const mayHear = ({ url }: Account): Promise<boolean> =>
    granted({ permissions: NEEDED as chrome.runtime.ManifestPermission[], origins: [patternOf(url)] });

  return {
    async state(): Promise<GateState> {
      await local.ready;
      const who = await account();
      return {
        ...{ on: isOn(), softphone: softphone(), managed: managed() !== null, found: kept().found },
        granted: who !== null && (await mayHear(who)),
        full: await granted({ permissions: [FULL] }),
      };
    },
    working,
    /** The softphone that a page's guard may start: null until telephone links were found to come here, to this Worker. */
    async inPages(): Promise<string | null> {
      const now = await working();
      return now && kept().found === "on" && [true, now.origin].includes(worked()) ? now.softphone : null;
    },
    /**
     * On, and it worked here with this Worker since: from then on a day without its try is missing, also where Chrome's grant was taken
     * back. Another Worker's origin is one that the browser may never have been asked about.
     */
    async isCounted(): Promise<boolean> {
      await local.ready;
      const at = worked();
      return isOn() && (at === true || (at !== false && at === (await origin())));
    },
    /** False where no softphone is named by which a call could go out. */
    turnOn(named: string | undefined): boolean {
      keep({ ...(named !== undefined && { softphone: named }), ...afresh() });
      if (softphone() === null) return false;
      keep({ on: true });
      return true;
    },
    turnOff: () => keep({ on: false, ...afresh() }),
    asked: () => keep({ asked: true }),
    wasAsked: () => kept().asked ?? false,
    async found(what: GateFound): Promise<void> {
      const at = what === "on" ? await origin() : null;
      keep({ found: what, worked: at ?? worked() });
    },
  };
}

export type GateSetting = ReturnType<typeof openGateSetting>;
