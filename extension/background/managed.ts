/**
 * Follows an administrator's enterprise policy (chrome.storage.managed, described by assets/managed.json): the Worker's
 * address; optionally an integration's token, with which the browser is then signed in; the sites to run on; which of a
 * person's settings are locked; which softphones' protocols are switched off; and the softphone of the browser's gate. A
 * person who signed in by hand stays signed in.
 */
import type { MeAnswer } from "../../shared/people/api.ts";
import { readSite } from "../../shared/policy/sites.ts";
import type { Lock } from "../carried.ts";
import type { AccountStore } from "./sign-in/account.ts";
import { readAddress, send } from "./sign-in/address.ts";
import type { CachedStorage } from "./storage.ts";

const KEY = "managed";
const locks: readonly Lock[] = ["server", "sites", "purpose"];

interface Rules {
  sites: string[];
  locked: Lock[];
  protocolsOff: string[];
  softphone: string | null;
}

export interface ManagedDeps {
  account: AccountStore;
  fetch: typeof fetch;
  local: CachedStorage;
  /** Reads the managed area. Some builds of Chrome reject if there is no policy. */
  read: () => Promise<Record<string, unknown>>;
  /** Called when any of these have changed. */
  changed: () => void;
}

const stringsIn = (list: unknown): string[] =>
  Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];

export function openManaged({ account, fetch: get, local, read, changed }: ManagedDeps) {
  let following: Promise<void> | null = null;

  // An older version's have fewer members.
  const rules = (): Rules => ({
    ...{ sites: [], locked: [], protocolsOff: [], softphone: null },
    ...local.get<Partial<Rules>>(KEY),
  });

  async function policy(): Promise<{ url: string | null; token: string | null; rules: Rules }> {
    const said = await read().catch((): Record<string, unknown> => ({}));
    const { workerUrl, token } = said;
    const address = typeof workerUrl === "string" ? readAddress(workerUrl) : null;
    const locked = stringsIn(said["locked"]);
    return {
      url: address?.ok ? address.url : null,
      token: typeof token === "string" && token !== "" ? token : null,
      rules: {
        sites: [...new Set(stringsIn(said["sites"]).flatMap((site) => readSite(site) ?? []))],
        locked: locks.filter((lock) => locked.includes(lock)),
        protocolsOff: stringsIn(said["protocolsOff"]),
        softphone:
          typeof said["softphone"] === "string" && said["softphone"] !== "" ? said["softphone"] : null,
      },
    };
  }

  async function follow(): Promise<void> {
    const [{ url, token, rules: said }, mine] = await Promise.all([policy(), account.current()]);
    if (JSON.stringify(said) !== JSON.stringify(rules())) {
      local.set(KEY, said);
      changed();
    }
    if (mine && !mine.managed) return;
    if (url === null || token === null) {
      if (mine) await account.leave();
      return;
    }
    if (mine?.url === url && mine.token === token) return;
    const me = await send<MeAnswer>(get, `${url}/v1/me`, { token });
    if (!me.ok) return;
    await account.enter({ url, token, person: me.data.person, company: me.data.company, managed: true });
  }

  const address = async (): Promise<string | null> => (await policy()).url;

  return {
    /** The address to offer while no one is signed in; null if the policy names none. */
    address,
    /** True if the policy signs the browser in, so that no one needs to type anything. */
    async signsIn(): Promise<boolean> {
      const { url, token } = await policy();
      return url !== null && token !== null;
    },
    /** Sites to run on without a person's click, if Chrome has granted them. */
    sites: (): readonly string[] => rules().sites,
    locked: (): Lock[] => rules().locked,
    /** Protocols of softphones whose calls all pass, by their names. */
    protocolsOff: (): string[] => rules().protocolsOff,
    /** What comes before the number in the address of the softphone by which calls go out of the browser's gate. */
    softphone: (): string | null => rules().softphone,
    /** True if a person may join this server: any, unless the policy locks the server to its own. */
    async mayJoin(workerUrl: string): Promise<boolean> {
      if (!rules().locked.includes("server")) return true;
      const asked = readAddress(workerUrl);
      return asked.ok && asked.url === (await address());
    },
    /** Signs in or out as the policy says. What fails is tried again at the next call. */
    follow: (): Promise<void> => (following ??= follow().finally(() => (following = null))),
  };
}

export type Managed = ReturnType<typeof openManaged>;
